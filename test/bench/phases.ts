/** Where cold starts spent their time, from the gateway's own histograms: sums and counts of each phase. */

/** Mean milliseconds of each phase. */
export type Phases = Record<string, number>;

export type PhaseSums = Map<string, { seconds: number; count: number }>;

const sample = /^kambda_cold_start_phase_seconds_(sum|count)\{([^}]*)\} (\S+)$/gm;

export function parsePhases(metrics: string): PhaseSums {
  const sums: PhaseSums = new Map();
  for (const [, kind, labels, value] of metrics.matchAll(sample)) {
    const phase = /\bphase="([^"]+)"/.exec(labels ?? "")?.[1];
    if (phase === undefined) continue;
    const sum = sums.get(phase) ?? { seconds: 0, count: 0 };
    if (kind === "sum") sum.seconds += Number(value);
    else sum.count += Number(value);
    sums.set(phase, sum);
  }
  return sums;
}

/** Means of what came between two readings; a phase nothing passed through is left out. */
export function subtractPhases(after: PhaseSums, before: PhaseSums): Phases {
  const means: Phases = {};
  for (const [phase, { seconds, count }] of after) {
    const was = before.get(phase) ?? { seconds: 0, count: 0 };
    if (count > was.count) means[phase] = ((seconds - was.seconds) * 1000) / (count - was.count);
  }
  return means;
}
