/** Where a Function's code comes from, as a union, and the hash that tells whether it has to be fetched anew. */
import type { FunctionCode, FunctionObject } from "../../crds/function/schema.ts";
import { canonicalHash } from "../../crds/hash.ts";
import { annotations } from "../../crds/labels.ts";

export type CodeSource =
  | { from: "inline"; files: Record<string, string> }
  | { from: "zipFile"; base64: string }
  | { from: "configMap"; configMap: NonNullable<FunctionCode["configMap"]> }
  | { from: "url"; url: string; sha256: string | undefined }
  | { from: "s3"; s3: NonNullable<FunctionCode["s3"]>; sha256: string | undefined }
  | { from: "image"; uri: string };

/** Undefined where none is given, which the API server refuses. */
export function sourceOf(code: FunctionCode): CodeSource | undefined {
  if (code.inline !== undefined) return { from: "inline", files: code.inline };
  if (code.zipFile !== undefined) return { from: "zipFile", base64: code.zipFile };
  if (code.configMap !== undefined) return { from: "configMap", configMap: code.configMap };
  if (code.url !== undefined) return { from: "url", url: code.url, sha256: code.sha256 };
  if (code.s3 !== undefined) return { from: "s3", s3: code.s3, sha256: code.sha256 };
  if (code.imageUri !== undefined) return { from: "image", uri: code.imageUri };
  return undefined;
}

/**
 * Equal hashes: the code fetched then is the code now. What a ConfigMap, bucket or URL holds may change without it, as with
 * Lambda: it is looked at again when the source changes, or when the annotation `kambda.dev/refetch` does.
 */
export function sourceHash({ spec, metadata }: FunctionObject): string {
  const { code, imageConfig, architectures } = spec;
  // What to start in an image is found out together with it.
  const image = code.imageUri === undefined ? null : [imageConfig ?? null, architectures];
  return canonicalHash([code, image, metadata.annotations[annotations.refetch] ?? null]);
}
