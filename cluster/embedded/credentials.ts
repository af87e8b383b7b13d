/** Writes the credentials of one holder as a kubeconfig with everything in it. */
import { writeFileSync } from "node:fs";
import { stringify } from "yaml";
import type { Authority, KeyPair } from "./pki.ts";

export function writeKubeconfig(
  path: string,
  cluster: { readonly name: string; readonly server: string; readonly authority: Authority },
  pair: KeyPair,
): void {
  const { name, server, authority } = cluster;
  const content = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(authority.certificate) } }],
    users: [
      {
        name,
        user: { "client-certificate-data": base64(pair.certificate), "client-key-data": base64(pair.key) },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  writeFileSync(path, stringify(content), { mode: 0o600 });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
