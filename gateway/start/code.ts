/**
 * Archives on their way to environments: small ones are kept in memory, least recently used first out, and given at once, so that a
 * claim can send assignment, code and event in one breath. Larger ones go to disk as they come and are read from there in pieces: no
 * gateway holds one whole. Each is fetched once for all who wait.
 */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { createTurns, type Turns } from "../../kernel/queue/turns.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import type { DiskCache } from "./disk.ts";
import { type Download, download } from "./download.ts";
import { startLimits } from "./limits.ts";

/** In memory whole, or to be read in pieces. */
export type Archive =
  | { kind: "whole"; bytes: Uint8Array }
  | { kind: "pieces"; read(): AsyncIterable<Uint8Array> };

export interface CodeSource {
  /** The archive if it is in memory. */
  peek(sha256: string): Uint8Array | undefined;
  /** Sees to it that it is here. Throws when the store does not have it or does not answer. */
  fetch(sha256: string): Promise<Archive>;
  /** Who reads in pieces takes one: each holds a few pieces in memory, and so all together do not hold many. */
  readonly turns: Turns;
}

export function createCodeSource(deps: StoreDep & ClockDep, bytesMax: number, disk?: DiskCache): CodeSource {
  const kept = new Map<string, Uint8Array>();
  const fetching = new Map<string, Promise<Archive>>();
  let keptBytes = 0;

  const keep = (sha256: string, archive: Uint8Array) => {
    if (archive.length > bytesMax) return;
    kept.set(sha256, archive);
    keptBytes += archive.length;
    for (const [oldest, { length }] of kept) {
      if (keptBytes <= bytesMax) return;
      kept.delete(oldest);
      keptBytes -= length;
    }
  };
  const peek = (sha256: string) => {
    const archive = kept.get(sha256);
    if (archive === undefined) return undefined;
    kept.delete(sha256);
    kept.set(sha256, archive);
    return archive;
  };
  const load = async (sha256: string): Promise<Archive> => {
    if (disk?.has(sha256)) return inPieces(sha256);
    const coming = await download(deps, sha256);
    if (disk === undefined || coming.bytes <= startLimits.inlineBytesMax) {
      const bytes = await collect(coming);
      keep(sha256, bytes);
      return { kind: "whole", bytes };
    }
    if (disk.takes(coming.bytes)) await disk.keep(sha256, coming.bytes, coming.pieces);
    else coming.cancel();
    return inPieces(sha256);
  };
  const inPieces = (sha256: string): Archive => ({
    kind: "pieces",
    async *read() {
      // What the disk did not take, or gave up since, comes from the store.
      yield* (await disk?.read(sha256)) ?? (await download(deps, sha256)).pieces;
    },
  });

  return {
    peek,
    turns: createTurns(startLimits.readersMax),
    async fetch(sha256) {
      const bytes = peek(sha256);
      if (bytes !== undefined) return { kind: "whole", bytes };
      const running = fetching.get(sha256);
      if (running !== undefined) return running;
      const started = load(sha256).finally(() => fetching.delete(sha256));
      fetching.set(sha256, started);
      return started;
    },
  };
}

async function collect({ bytes, pieces }: Download): Promise<Uint8Array> {
  const archive = new Uint8Array(bytes);
  let offset = 0;
  for await (const piece of pieces) {
    archive.set(piece, offset);
    offset += piece.length;
  }
  return archive;
}
