/**
 * Archives on their way to environments: small ones are kept in memory, least recently used first out, larger ones on disk;
 * each is fetched once for all who wait. What is in memory is given at once, so that a claim can send assignment, code and
 * event in one breath.
 */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import type { DiskCache } from "./disk.ts";
import { startLimits } from "./limits.ts";

export interface CodeSource {
  /** The archive if it is in memory. */
  peek(sha256: string): Uint8Array | undefined;
  /** Fetches and keeps it. Throws when the store does not have it or does not answer. */
  fetch(sha256: string): Promise<Uint8Array>;
}

export function createCodeSource(
  { store, clock }: StoreDep & ClockDep,
  bytesMax: number,
  disk?: DiskCache,
): CodeSource {
  const kept = new Map<string, Uint8Array>();
  const fetching = new Map<string, Promise<Uint8Array>>();
  let keptBytes = 0;

  const keep = (sha256: string, archive: Uint8Array) => {
    if (archive.length > bytesMax || disk?.has(sha256) === true) return;
    kept.set(sha256, archive);
    keptBytes += archive.length;
    for (const [oldest, { length }] of kept) {
      if (keptBytes <= bytesMax) return;
      kept.delete(oldest);
      keptBytes -= length;
    }
  };
  const load = async (sha256: string): Promise<Uint8Array> => {
    const onDisk = await disk?.read(sha256);
    if (onDisk !== undefined) return onDisk;
    const archive = await download(sha256);
    if (disk !== undefined && archive.length > startLimits.inlineBytesMax) await disk.keep(sha256, archive);
    return archive;
  };
  const download = async (sha256: string): Promise<Uint8Array> => {
    const name = `${sha256}.tar.zst`;
    const found = await store.get(name);
    if (found === undefined) throw new Error(`the code store has no ${name}`);
    const archive = new Uint8Array(found.bytes);
    let offset = 0;
    for await (const chunk of found.stream) {
      if (offset + chunk.length > archive.length) throw new Error(`${name} is larger than it says`);
      archive.set(chunk, offset);
      offset += chunk.length;
    }
    if (offset !== archive.length) throw new Error(`${name} ends after ${offset} of ${archive.length} bytes`);
    return archive;
  };
  const loadInTime = (sha256: string): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(startLimits.codeMsMax, () =>
        reject(new Error(`the code store did not answer within ${startLimits.codeMsMax / 1000} s`)),
      );
      load(sha256).then(resolve, reject).finally(cancel);
    });

  return {
    peek(sha256) {
      const archive = kept.get(sha256);
      if (archive === undefined) return undefined;
      kept.delete(sha256);
      kept.set(sha256, archive);
      return archive;
    },
    fetch(sha256) {
      const archive = kept.get(sha256);
      if (archive !== undefined) return Promise.resolve(archive);
      const running = fetching.get(sha256);
      if (running !== undefined) return running;
      const started = loadInTime(sha256).then(
        (loaded) => {
          fetching.delete(sha256);
          keep(sha256, loaded);
          return loaded;
        },
        (error: unknown) => {
          fetching.delete(sha256);
          throw error;
        },
      );
      fetching.set(sha256, started);
      return started;
    },
  };
}
