/** Invocations that say when they began and ended, by the clock of their node: how many ran at once, measured where they ran. */

export interface Span {
  beganMs: number;
  endedMs: number;
}

/** How many ran at once at the most. */
export function overlap(spans: Span[]): number {
  const edges = spans.flatMap(({ beganMs, endedMs }) => [
    { atMs: beganMs, by: 1 },
    { atMs: endedMs, by: -1 },
  ]);
  // An end and a beginning in the same millisecond are one after the other.
  edges.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of edges) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
