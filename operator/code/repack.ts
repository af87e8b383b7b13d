/**
 * The canonical archive of a bundle: a sorted tar without owners, dates or special bits, in zstd. The same files give the same
 * archive, whatever they came in; environments unpack nothing else.
 */
import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import type { Bundle, BundleEntry } from "./bundle.ts";
import { badArchive, CodeError } from "./error.ts";

export interface Canonical {
  archive: Uint8Array;
  /** Hexadecimal, of the archive. */
  sha256: string;
}

export async function repack(bundle: Bundle): Promise<Canonical> {
  const tar = pack();
  const chunks: Uint8Array[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const packed = pipeline(tar, createZstdCompress(), sink);
  const filled = fill(tar, bundle.entries).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  // Filling fails first and says why; the pipeline then only says that its source broke.
  const [filling, packing] = await Promise.allSettled([filled, packed]);
  if (filling.status === "rejected") throw filling.reason;
  if (packing.status === "rejected") throw packing.reason;
  const archive = Buffer.concat(chunks);
  return { archive, sha256: createHash("sha256").update(archive).digest("hex") };
}

const anyDate = new Date(0);

async function fill(tar: Pack, entries: readonly BundleEntry[]): Promise<void> {
  for (const entry of entries) {
    if (entry.kind === "link") {
      tar.entry({ name: entry.path, type: "symlink", linkname: entry.target, mode: 0o777, mtime: anyDate });
      continue;
    }
    const mode = entry.executable ? 0o755 : 0o644;
    const source = await entry.open();
    const target = tar.entry({ name: entry.path, size: entry.bytes, mode, mtime: anyDate });
    try {
      await pipeline(source, target);
    } catch (error) {
      if (error instanceof CodeError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw badArchive(`The archive's ${JSON.stringify(entry.path)} cannot be unpacked: ${why}.`, error);
    }
  }
  tar.finalize();
}
