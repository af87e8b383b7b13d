/** What an installation chooses of placement. */
export interface PlacerOptions {
  waitMsMax: number;
  waitingMaxPerFunction: number;
  waitingBytesMax: number;
  waitingBytesMaxPerNamespace: number;
  idleMsMax: number;
  failedInitKeptMs: number;
  /** Requests a second for each unit of concurrency. */
  requestRatePerConcurrency: number;
  /** How long a want that only environments not heard of are in the way of waits for their word. */
  holdMsMax: number;
  /** How fast a namespace's concurrency may rise: at once, and then each minute. */
  burstMax: number;
  burstPerMinute: number;
  /** By how many one function's concurrency, and so its environments, may grow in ten seconds; 0: the namespace's rule above counts instead. */
  functionStartsPer10s: number;
}
