/** Code from a ConfigMap: each key a file, or one key a zip archive. */
import { z } from "zod";
import { limits } from "../../crds/limits.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Bundle } from "./bundle.ts";
import { CodeError } from "./error.ts";
import { bundleFiles } from "./files.ts";
import type { CodeSource } from "./source.ts";
import { bundleZip } from "./zip.ts";

type Wanted = (CodeSource & { from: "configMap" })["configMap"];

const configMapSchema = z.object({
  data: z.record(z.string(), z.string()).default({}),
  binaryData: z.record(z.string(), z.string()).default({}),
});

export async function fetchConfigMap({ kube }: KubeDep, namespace: string, wanted: Wanted): Promise<Bundle> {
  const contents = await read(kube, namespace, wanted.name);
  const take = (key: string): Uint8Array => {
    const content = contents.get(key);
    if (content !== undefined) return content;
    const there = [...contents.keys()].slice(0, limits.inlineFilesMax).join(", ") || "none";
    throw new CodeError(
      "SourceNotFound",
      `ConfigMap ${wanted.name} in namespace ${namespace} has no key ${wanted.zipKey === key ? "(zipKey) " : ""}${key}. Its keys: ${there}. Name one of them in spec.code.configMap, or add the key.`,
      { passing: true },
    );
  };
  if (wanted.zipKey !== undefined) return bundleZip(take(wanted.zipKey));
  const items = wanted.items ?? [...contents.keys()].map((key) => ({ key, path: key }));
  if (items.length === 0) {
    throw new CodeError(
      "SourceNotFound",
      `ConfigMap ${wanted.name} in namespace ${namespace} holds no keys: put the files into its data, or name another in spec.code.configMap.name.`,
      { passing: true },
    );
  }
  return bundleFiles(new Map(items.map(({ key, path }) => [path, take(key)])));
}

async function read(
  kube: KubeDep["kube"],
  namespace: string,
  name: string,
): Promise<Map<string, Uint8Array>> {
  const raw = await kube.get(resources.configMaps, { namespace, name }).catch((error: unknown) => {
    if (!isReason(error, "Forbidden")) throw error;
    throw new CodeError(
      "SourceAccessDenied",
      `The operator may not read ConfigMap ${name} in namespace ${namespace}: ${error.status.message}. Let ServiceAccount kambda-operator get it, or name another in spec.code.configMap.name.`,
      { cause: error, passing: true },
    );
  });
  if (raw === undefined) {
    throw new CodeError(
      "SourceNotFound",
      `ConfigMap ${name} in namespace ${namespace} does not exist: create it, or name another in spec.code.configMap.name.`,
      { passing: true },
    );
  }
  const { data, binaryData } = configMapSchema.parse(raw);
  return new Map<string, Uint8Array>([
    ...Object.entries(data).map(([key, text]) => [key, Buffer.from(text)] as const),
    ...Object.entries(binaryData).map(([key, text]) => [key, Buffer.from(text, "base64")] as const),
  ]);
}
