/** The keys of the control plane, laid where its command lines look for them, and the administrator's kubeconfig. */
import { generateKeyPair } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Addresses } from "./addresses.ts";
import { nodeAddresses } from "./addresses.ts";
import { writeKubeconfig } from "./credentials.ts";
import type { ClusterPaths } from "./paths.ts";
import type { Authority, Holder, KeyPair } from "./pki.ts";

/** Resolves to the administrator's pair. */
export async function writeControlKeys(
  name: string,
  paths: ClusterPaths,
  addresses: Addresses,
  authority: Authority,
): Promise<KeyPair> {
  const serves = [
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "localhost",
    "127.0.0.1",
    addresses.apiService,
    nodeAddresses(addresses.subnet, 1).address,
  ];
  const holders: Record<string, Holder> = {
    "kube-apiserver": { user: "kube-apiserver", serves },
    "kubelet-client": { user: "kube-apiserver-kubelet-client", group: "system:masters" },
  };
  for (const [file, holder] of Object.entries(holders)) {
    const pair = await authority.issue(holder);
    writeFileSync(join(paths.pki, `${file}.crt`), pair.certificate);
    writeFileSync(join(paths.pki, `${file}.key`), pair.key, { mode: 0o600 });
  }
  await writeTokenKeys(paths.pki);
  const admin = await authority.issue({ user: "kubernetes-admin", group: "system:masters" });
  writeKubeconfig(paths.kubeconfig, { name, server: addresses.apiServer, authority }, admin);
  return admin;
}

/** RSA, because that is what verifiers of ServiceAccount tokens meet on nearly every cluster. */
async function writeTokenKeys(folder: string): Promise<void> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeFileSync(join(folder, "service-accounts.pub"), publicKey);
  writeFileSync(join(folder, "service-accounts.key"), privateKey, { mode: 0o600 });
}
