/**
 * Sees to Secret `kambda-link` (CA, server certificate, ticket key) and ConfigMap `kambda-trust` (the CA for everybody).
 * Several gateways may do it at once: the first to create wins and the others read what it wrote.
 */
import type { ClockDep } from "../clock/clock.ts";
import { type Kube, type KubeDep, KubeError, type KubeObject } from "../kube/port.ts";
import { resources } from "../kube/resources.ts";
import { issueCertificate, issueTrust, type TrustMaterial } from "./issue.ts";
import { trustNames } from "./names.ts";
import { decideRenewal } from "./renewal.ts";

const { secrets, configMaps } = resources;

/** Losing a race means reading again; more often than this something else is wrong. */
const attemptsMax = 5;

/** Keys as they stand in the Secret's data. */
const dataKeys = {
  caCertificate: "ca.crt",
  caKey: "ca.key",
  certificate: "tls.crt",
  key: "tls.key",
  ticketKey: "ticket.key",
} as const satisfies Record<keyof TrustMaterial, string>;

export interface TrustOptions {
  namespace: string;
  /** DNS names the server is dialled by. */
  hosts: readonly string[];
  /** Writes the ConfigMap under this name. */
  fieldManager: string;
}

/** The link's keys, made or renewed if need be. Throws KubeError when the API server refuses. */
export async function ensureTrust(deps: ClockDep & KubeDep, options: TrustOptions): Promise<TrustMaterial> {
  const material = await ensureSecret(deps, options);
  await deps.kube.apply(
    configMaps,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: trustNames.configMap, namespace: options.namespace },
      data: { [trustNames.caKey]: material.caCertificate },
    },
    options.fieldManager,
  );
  return material;
}

async function ensureSecret(
  { clock, kube }: ClockDep & KubeDep,
  { namespace, hosts }: TrustOptions,
): Promise<TrustMaterial> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const found = await kube.get(secrets, { namespace, name: trustNames.secret });
    const nowMs = clock.nowMs();
    const existing = found === undefined ? undefined : readSecret(found);
    const renewal = existing === undefined ? "everything" : decideRenewal(existing, nowMs, hosts);
    if (existing !== undefined && renewal === "none") return existing;
    const material =
      existing !== undefined && renewal === "certificate"
        ? { ...existing, ...(await issueCertificate(existing, nowMs, hosts)) }
        : await issueTrust(nowMs, hosts);
    if (await write(kube, found, namespace, material)) return material;
  }
  throw new Error(`Secret ${namespace}/${trustNames.secret} changed under us ${attemptsMax} times`);
}

/** False when another writer was first. */
async function write(
  kube: Kube,
  found: KubeObject | undefined,
  namespace: string,
  material: TrustMaterial,
): Promise<boolean> {
  const data = Object.fromEntries(
    Object.entries(dataKeys).map(([field, key]) => [
      key,
      Buffer.from(material[field as keyof TrustMaterial]).toString("base64"),
    ]),
  );
  try {
    if (found === undefined) {
      const metadata = { name: trustNames.secret, namespace };
      await kube.create(secrets, { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data });
    } else {
      await kube.replace(secrets, { ...found, data });
    }
    return true;
  } catch (error) {
    const reason = error instanceof KubeError ? error.status.reason : "";
    if (reason === "AlreadyExists" || reason === "Conflict" || reason === "NotFound") return false;
    throw error;
  }
}

function readSecret(secret: KubeObject): TrustMaterial {
  const data = (secret.data ?? {}) as Record<string, string>;
  const read = (field: keyof TrustMaterial) =>
    Buffer.from(data[dataKeys[field]] ?? "", "base64").toString("utf8");
  return {
    caCertificate: read("caCertificate"),
    caKey: read("caKey"),
    certificate: read("certificate"),
    key: read("key"),
    ticketKey: read("ticketKey"),
  };
}
