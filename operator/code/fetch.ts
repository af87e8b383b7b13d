/** The bytes of a source, as a bundle. Every refusal is a CodeError that says what to mend. */
import type { KubeDep } from "../../kernel/kube/port.ts";
import type { Bundle } from "./bundle.ts";
import { fetchConfigMap } from "./configmap.ts";
import { badArchive, CodeError } from "./error.ts";
import { bundleFiles } from "./files.ts";
import type { CodeSource } from "./source.ts";
import { bundleZip } from "./zip.ts";

export type ArchiveSource = Exclude<CodeSource, { from: "image" }>;

export async function fetchBundle(deps: KubeDep, namespace: string, source: ArchiveSource): Promise<Bundle> {
  switch (source.from) {
    case "inline":
      return bundleFiles(
        new Map(Object.entries(source.files).map(([path, text]) => [path, Buffer.from(text)])),
      );
    case "zipFile":
      return bundleZip(fromBase64(source.base64));
    case "configMap":
      return fetchConfigMap(deps, namespace, source.configMap);
    case "url":
    case "s3":
      throw new CodeError("UnsupportedConfiguration", "url and s3 come next");
  }
}

function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0) throw badArchive("spec.code.zipFile is empty: give a zip archive in base64.");
  return bytes;
}
