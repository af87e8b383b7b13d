/** The link's and the peers' keys and certificates as they are now, and their renewal. */
import { fieldManagers } from "../../crds/labels.ts";
import { ensureTrust } from "../../kernel/trust/ensure.ts";
import type { TrustMaterial } from "../../kernel/trust/issue.ts";
import type { GatewayDeps, GatewayOptions } from "./deps.ts";

/** In every gateway's certificate: by it gateways know each other. */
export const peerName = "kambda-peer";

export interface Trust {
  now(): TrustMaterial;
  renew(): Promise<void>;
}

export async function createTrust(
  deps: GatewayDeps,
  { namespace }: Pick<GatewayOptions, "namespace">,
): Promise<Trust> {
  const hosts = ["kambda-link", peerName, deps.settings.link.host, `kambda-link.${namespace}.svc`];
  const ensure = () => ensureTrust(deps, { namespace, hosts, fieldManager: fieldManagers.gateway });
  let material = await ensure();
  return {
    now: () => material,
    async renew() {
      material = await ensure();
    },
  };
}
