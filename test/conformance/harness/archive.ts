/** Packs files as the operator does: a plain tar, compressed with zstd, named by its sha256. */
import { createHash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { pack } from "tar-stream";

export type Files = Record<string, string | { content: string | Buffer; mode: number }>;

export interface Archive {
  bytes: Uint8Array;
  sha256: string;
}

export async function archive(files: Files): Promise<Archive> {
  const tar = pack();
  for (const [name, file] of Object.entries(files)) {
    const { content, mode } = typeof file === "string" ? { content: file, mode: 0o644 } : file;
    tar.entry({ name, mode }, content);
  }
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(Buffer.from(piece as Uint8Array));
  return compress(Buffer.concat(pieces));
}

export function compress(tar: Uint8Array): Archive {
  const bytes = zstdCompressSync(tar);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
