/**
 * Archives too large for memory, kept on the gateway's own disk: a later claim needs no code store. Bounded in bytes, least
 * recently used first out; what the disk does not take is not kept, and fetched again when it is wanted again.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogDep } from "../../kernel/log/log.ts";

export interface DiskCache extends AsyncDisposable {
  has(sha256: string): boolean;
  /** Undefined when it is not there, or not whole any more. */
  read(sha256: string): Promise<Uint8Array | undefined>;
  keep(sha256: string, archive: Uint8Array): Promise<void>;
}

export async function createDiskCache({ log }: LogDep, bytesMax: number): Promise<DiskCache> {
  const folder = await mkdtemp(join(tmpdir(), "kambda-code-"));
  const kept = new Map<string, number>();
  let keptBytes = 0;

  const forget = async (sha256: string) => {
    keptBytes -= kept.get(sha256) ?? 0;
    kept.delete(sha256);
    await rm(join(folder, sha256), { force: true });
  };

  return {
    has: (sha256) => kept.has(sha256),
    async read(sha256) {
      const bytes = kept.get(sha256);
      if (bytes === undefined) return undefined;
      kept.delete(sha256);
      kept.set(sha256, bytes);
      try {
        const archive = await readFile(join(folder, sha256));
        if (archive.length === bytes) return archive;
      } catch (error) {
        log.error("cannot read kept code", error, { sha256 });
      }
      await forget(sha256);
      return undefined;
    },
    async keep(sha256, archive) {
      if (archive.length > bytesMax || kept.has(sha256)) return;
      kept.set(sha256, archive.length);
      keptBytes += archive.length;
      try {
        for (const oldest of kept.keys()) {
          if (keptBytes <= bytesMax) break;
          await forget(oldest);
        }
        await writeFile(join(folder, sha256), archive);
      } catch (error) {
        log.error("cannot keep code", error, { sha256 });
        await forget(sha256);
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
