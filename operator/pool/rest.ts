/**
 * When a pool rests before it is filled again: while a crowd takes from it, whoever starts pods takes the processors from those who
 * have just claimed theirs.
 */

/** So many, none of them later than `apartMs` after the one before, are a crowd. */
const crowdMin = 3;
const apartMs = 1_000;
/** However long the crowd lasts, it is filled again after this. */
export const restMsMax = 3_000;

/** How much longer, in milliseconds. `takenMs`: when environments were claimed, or made because there was none to claim. */
export function restMs(takenMs: readonly number[], nowMs: number): number {
  // A gateway's clock that is ahead of ours must not keep a pool empty.
  const newestFirst = takenMs.filter((atMs) => atMs <= nowMs).toSorted((a, b) => b - a);
  const [lastMs] = newestFirst;
  if (lastMs === undefined) return 0;
  const end = newestFirst.findIndex((atMs, index) => (newestFirst[index - 1] ?? atMs) - atMs > apartMs);
  const crowd = end === -1 ? newestFirst : newestFirst.slice(0, end);
  if (crowd.length < crowdMin) return 0;
  const firstMs = crowd.at(-1) ?? lastMs;
  return Math.max(0, Math.min(lastMs + apartMs, firstMs + restMsMax) - nowMs);
}
