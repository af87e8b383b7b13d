/**
 * How many environments of a shape should wait, by what was taken lately: as many as were once taken before any of them could have
 * been put back. It rises with a burst at once, and falls when the burst is some minutes old.
 */

/** Takes older than this tell nothing any more. */
export const demandMs = 300_000;
/** What is taken within this much time, a pool must have had at once: putting one back takes about so long. */
export const refillMs = 10_000;

export interface Demand {
  size: number;
  /** When it is to be looked at again, for what it rests on is then too old; undefined when it rests on nothing. */
  untilMs: number | undefined;
}

/** `takenMs`: when environments of the shape were claimed, or made because there was none to claim. */
export function demandOf(takenMs: readonly number[], nowMs: number): Demand {
  const lately = takenMs.filter((atMs) => nowMs - atMs < demandMs).toSorted((a, b) => a - b);
  let demand: Demand = { size: 0, untilMs: undefined };
  let last = 0;
  for (const [first, firstMs] of lately.entries()) {
    while (last < lately.length && (lately[last] as number) - firstMs < refillMs) last++;
    // Of equals the latest, which counts for longest.
    if (last - first >= demand.size) demand = { size: last - first, untilMs: firstMs + demandMs };
  }
  return demand;
}
