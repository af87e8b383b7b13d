/** Percentiles by rank, without interpolation: each is a value that was measured, and no smaller share lies at or below it. */

export interface Percentiles {
  n: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Throws when there is nothing to rank. */
export function percentiles(values: number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (percent: number) => {
    const value = sorted[Math.ceil((sorted.length * percent) / 100) - 1];
    if (value === undefined) throw new Error("percentiles of nothing");
    return value;
  };
  return { n: sorted.length, p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}
