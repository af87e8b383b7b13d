/** What callers notice of a change behind them, worked out from the moments at which their requests were answered. */

export interface Outage {
  /** Answers a second before it. */
  perSecond: number;
  /** How long throughput was below half of that, in slices of `sliceMs`. */
  belowHalfMs: number;
  /** The longest time without any answer. */
  silentMs: number;
}

export const sliceMs = 200;

/** `answeredMs` in any order; `beforeMs` and `afterMs` are looked at on either side of `atMs`. */
export function outageOf(
  answeredMs: number[],
  { atMs, beforeMs, afterMs }: { atMs: number; beforeMs: number; afterMs: number },
): Outage {
  const before = answeredMs.filter((ms) => ms >= atMs - beforeMs && ms < atMs);
  if (before.length === 0) throw new Error("nobody was answered before it: there is nothing to compare with");
  const endMs = atMs + afterMs;
  const after = answeredMs.filter((ms) => ms >= atMs && ms < endMs).sort((a, b) => a - b);
  const half = (before.length / beforeMs) * sliceMs * 0.5;
  const slices = Array.from({ length: Math.floor(afterMs / sliceMs) }, () => 0);
  for (const ms of after) {
    const slice = Math.floor((ms - atMs) / sliceMs);
    slices[slice] = (slices[slice] ?? 0) + 1;
  }
  const edges = [atMs, ...after, endMs];
  return {
    perSecond: (before.length / beforeMs) * 1000,
    belowHalfMs: slices.filter((count) => count < half).length * sliceMs,
    silentMs: Math.max(...edges.slice(1).map((ms, index) => ms - (edges[index] as number))),
  };
}
