/** Code on its way from where it was fetched to the canonical archive. */
import type { Readable } from "node:stream";

export type BundleEntry =
  | { kind: "file"; path: string; bytes: number; executable: boolean; open: () => Promise<Readable> }
  | { kind: "link"; path: string; target: string };

export interface Bundle {
  /** Safe paths, each once, sorted by their bytes. */
  entries: BundleEntry[];
  /** Of all files together. */
  unpackedBytes: number;
  /** The archive as it came, or the one made of the files. */
  zip: Uint8Array;
}

/** Sorted by UTF-8 bytes, so that the order is the same in every locale and every process. */
export function byPath(a: { path: string }, b: { path: string }): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
