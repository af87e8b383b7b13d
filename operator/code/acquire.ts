/** From a source to stored code: fetched, checked, repacked, and put into the code store under its hash. */
import { limits } from "../../crds/limits.ts";
import type { RevisionSpec } from "../../crds/revision/schema.ts";
import { archiveObject, zipObject } from "../../kernel/store/names.ts";
import type { CodeStore, StoreDep } from "../../kernel/store/store.ts";
import { tooLarge } from "./error.ts";
import { type ArchiveSource, type FetchDeps, fetchBundle } from "./fetch.ts";
import { repack } from "./repack.ts";
import { sha256Of } from "./sha256.ts";

export type StoredCode = NonNullable<RevisionSpec["code"]>;

/** `hold` is told each object's name before it is written, so that the garbage collection leaves it alone. */
export async function acquireCode(
  deps: FetchDeps & StoreDep,
  namespace: string,
  source: ArchiveSource,
  hold: (objectName: string) => void,
): Promise<StoredCode> {
  const bundle = await fetchBundle(deps, namespace, source);
  if (bundle.zip.length > limits.zipBytesMax) {
    throw tooLarge(
      `Zipped size must be smaller than ${limits.zipBytesMax} bytes; this archive has ${bundle.zip.length}.`,
    );
  }
  const zip = sha256Of(bundle.zip);
  const canonical = await repack(bundle);
  hold(archiveObject(canonical.sha256));
  hold(zipObject(zip.base64));
  await keep(deps.store, zipObject(zip.base64), bundle.zip);
  await keep(deps.store, archiveObject(canonical.sha256), canonical.archive);
  return {
    archiveSha256: canonical.sha256,
    archiveBytes: canonical.archive.length,
    unpackedBytes: bundle.unpackedBytes,
    codeSha256: zip.base64,
    codeSize: bundle.zip.length,
  };
}

/** A name is the hash of its content, so what is there already is right. */
async function keep(store: CodeStore, name: string, content: Uint8Array): Promise<void> {
  if (!(await store.has(name))) await store.put(name, content);
}
