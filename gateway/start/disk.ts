/**
 * Archives too large for memory, kept on the gateway's own disk: a later claim needs no code store. Written and read in pieces.
 * Bounded in bytes, least recently used first out; what the disk does not take is not kept, and fetched again when it is wanted.
 */
import { type FileHandle, mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogDep } from "../../kernel/log/log.ts";
import { startLimits } from "./limits.ts";

export interface DiskCache extends AsyncDisposable {
  has(sha256: string): boolean;
  /** Its pieces, to be read at once; undefined when it is not there, or not whole any more. */
  read(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Whether one of that size may be kept at all. */
  takes(bytes: number): boolean;
  /** Rejects when its pieces do; a disk that fails is only logged. */
  keep(sha256: string, bytes: number, pieces: AsyncIterable<Uint8Array>): Promise<void>;
}

export async function createDiskCache({ log }: LogDep, bytesMax: number): Promise<DiskCache> {
  const folder = await mkdtemp(join(tmpdir(), "kambda-code-"));
  const kept = new Map<string, number>();
  let keptBytes = 0;
  let written = 0;

  const forget = async (sha256: string) => {
    keptBytes -= kept.get(sha256) ?? 0;
    kept.delete(sha256);
    // Who reads it holds it open, and reads on.
    await rm(join(folder, sha256), { force: true });
  };

  return {
    has: (sha256) => kept.has(sha256),
    takes: (bytes) => bytes <= bytesMax,
    async read(sha256) {
      const bytes = kept.get(sha256);
      if (bytes === undefined) return undefined;
      kept.delete(sha256);
      kept.set(sha256, bytes);
      try {
        const file = await open(join(folder, sha256));
        if ((await file.stat()).size === bytes) return piecesOf(file);
        await file.close();
      } catch (error) {
        log.error("cannot read kept code", error, { sha256 });
      }
      await forget(sha256);
      return undefined;
    },
    async keep(sha256, bytes, pieces) {
      const part = join(folder, `${++written}.part`);
      // Its room is taken before it is filled.
      keptBytes += bytes;
      try {
        for (const oldest of kept.keys()) {
          if (keptBytes <= bytesMax) break;
          await forget(oldest);
        }
        if (await write(part, pieces)) {
          await rename(part, join(folder, sha256));
          kept.set(sha256, bytes);
        }
      } finally {
        if (!kept.has(sha256)) {
          keptBytes -= bytes;
          await rm(part, { force: true });
        }
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };

  /** False when the disk does not take it. */
  async function write(path: string, pieces: AsyncIterable<Uint8Array>): Promise<boolean> {
    let failed: unknown;
    const file = await open(path, "w").catch((error: unknown) => {
      failed = error;
    });
    try {
      for await (const piece of pieces) {
        await file?.writeFile(piece).catch((error: unknown) => {
          failed = error;
        });
        if (failed !== undefined) break;
      }
    } finally {
      await file?.close();
    }
    if (failed !== undefined) log.error("cannot keep code", failed);
    return failed === undefined;
  }
}

async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      // A buffer for each: the one before may still be on its way out.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(startLimits.chunkBytes));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
