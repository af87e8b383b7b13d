/** Bounds of what is told of environments and of provisioned concurrency's use. */
export const reportLimits = {
  /** That a Revision's first environment is well is told so long after it is known. */
  firstWordMs: 250,
  /** How often it is looked at, and how often what was seen is told on average. */
  useEveryMs: 250,
  useToldEveryMs: 5_000,
  /** A change by fewer per cent is not written. */
  usePercentStep: 3,
  /** Revisions written at a time; the others follow with the next. */
  useToldMax: 50,
} as const;
