/**
 * When a pool rests before it is filled again: whoever starts pods takes the processors from those who have just claimed theirs, and
 * from those who claim next.
 */

/** So many, none of them later than `apartMs` after the one before, are a crowd: even an empty pool rests while it takes. */
const crowdMin = 3;
const apartMs = 1_000;
/** However long it is taken from, it is filled again after this. */
export const restMsMax = 3_000;

/**
 * How much longer, in milliseconds. `takenMs`: when environments were claimed, or made because there was none to claim. `isEmpty`:
 * whoever comes next finds none, and is helped soonest by filling it.
 */
export function restMs(takenMs: readonly number[], nowMs: number, isEmpty: boolean): number {
  // A gateway's clock that is ahead of ours must not keep a pool empty.
  const newestFirst = takenMs.filter((atMs) => atMs <= nowMs).toSorted((a, b) => b - a);
  const [lastMs] = newestFirst;
  if (lastMs === undefined) return 0;
  const end = newestFirst.findIndex((atMs, index) => (newestFirst[index - 1] ?? atMs) - atMs > apartMs);
  const lately = end === -1 ? newestFirst : newestFirst.slice(0, end);
  if (isEmpty && lately.length < crowdMin) return 0;
  const firstMs = lately.at(-1) ?? lastMs;
  return Math.max(0, Math.min(lastMs + apartMs, firstMs + restMsMax) - nowMs);
}
