/** Bounds of what `/metrics` shows: past them what is less used is summed under `_other`, so that a scrape stays small. */
export const metricsLimits = {
  /** Versions of functions with series of their own, about 40 lines of 135 bytes each: at most 3 MB a scrape. */
  functionsMax: 500,
  /** When all places are taken, a version not used for so many scrapes in a row gives its place to another. */
  idleScrapesMax: 20,
  /** Namespaces with gauges of their own, the largest first. */
  namespacesMax: 200,
  /** Versions with gauges of provisioned concurrency of their own, those with the most environments first. */
  provisionedMax: 200,
} as const;
