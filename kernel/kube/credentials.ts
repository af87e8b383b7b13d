/**
 * Where the API server is and who we are there. In a cluster: the mounted ServiceAccount token, re-read because the kubelet
 * rotates it. Elsewhere: a kubeconfig, found and refreshed by `@kubernetes/client-node`.
 */
import { readFile } from "node:fs/promises";
import type { ClockDep } from "../clock/clock.ts";

/** What `fetch` is to present and believe; Bun takes it as its `tls` option. */
export interface ClientTls {
  ca?: string;
  cert?: string;
  key?: string;
  rejectUnauthorized?: boolean;
  checkServerIdentity?: () => undefined;
}

export interface Credentials {
  /** `https://host:port`, without a trailing slash. */
  server: string;
  headers(): Promise<Record<string, string>>;
  tls(): Promise<ClientTls | undefined>;
}

type Environment = Record<string, string | undefined>;

const accountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet replaces the token well before it expires; a minute late is harmless. */
const tokenAgeMsMax = 60_000;

/** A KUBECONFIG in the environment wins over the pod's own account. */
export async function findCredentials(deps: ClockDep, environment: Environment): Promise<Credentials> {
  const host = environment.KUBERNETES_SERVICE_HOST;
  if (environment.KUBECONFIG !== undefined || host === undefined) {
    const { kubeconfigCredentials } = await import("./kubeconfig.ts");
    return kubeconfigCredentials(environment.KUBECONFIG);
  }
  return inCluster(deps, host, environment);
}

function inCluster(deps: ClockDep, host: string, environment: Environment): Credentials {
  const port = environment.KUBERNETES_SERVICE_PORT ?? "443";
  const caInProcess = environment.NODE_EXTRA_CA_CERTS !== undefined;
  let token: { text: string; readAt: number } | undefined;
  let ca: string | undefined;
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    async headers() {
      const now = deps.clock.monotonicMs();
      if (token === undefined || now - token.readAt > tokenAgeMsMax) {
        token = { text: (await readFile(`${accountDirectory}/token`, "utf8")).trim(), readAt: now };
      }
      return { authorization: `Bearer ${token.text}` };
    },
    async tls() {
      // A CA the whole process trusts already lets connections be pooled; a `tls` option of our own would not.
      if (caInProcess) return undefined;
      ca ??= await readFile(`${accountDirectory}/ca.crt`, "utf8");
      return { ca };
    },
  };
}
