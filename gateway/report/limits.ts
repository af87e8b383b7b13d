/** Bounds of what is told of provisioned concurrency's use. */
export const reportLimits = {
  /** How often it is looked at, and how often what was seen is told on average. */
  useEveryMs: 250,
  useToldEveryMs: 5_000,
  /** Told in steps of so many per cent, rounded up: what hardly changes is not written again. */
  usePercentStep: 5,
  /** Revisions written at a time; the others follow with the next. */
  useToldMax: 50,
} as const;
