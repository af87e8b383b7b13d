/** The bytes of a source, as a bundle. Every refusal is a CodeError that says what to mend. */
import type { KubeDep } from "../../kernel/kube/port.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { EgressDep } from "../egress/request.ts";
import type { Bundle } from "./bundle.ts";
import { fetchConfigMap } from "./configmap.ts";
import { badArchive } from "./error.ts";
import { bundleFiles } from "./files.ts";
import { fetchS3 } from "./s3.ts";
import { checkSha256 } from "./sha256.ts";
import type { CodeSource } from "./source.ts";
import { fetchUrl } from "./url.ts";
import { bundleZip } from "./zip.ts";

export type FetchDeps = KubeDep & EgressDep & SettingsDep;

export type ArchiveSource = Exclude<CodeSource, { from: "image" }>;

export async function fetchBundle(
  deps: FetchDeps,
  namespace: string,
  source: ArchiveSource,
): Promise<Bundle> {
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
      return bundleZip(checked(await fetchUrl(deps, source.url), source.sha256));
    case "s3":
      return bundleZip(checked(await fetchS3(deps, namespace, source.s3), source.sha256));
  }
}

function checked(zip: Uint8Array, sha256: string | undefined): Uint8Array {
  checkSha256(zip, sha256);
  return zip;
}

function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0) throw badArchive("spec.code.zipFile is empty: give a zip archive in base64.");
  return bytes;
}
