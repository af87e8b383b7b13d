/** How quickly the placer's seat is looked at, renewed and taken. Liveness only: what is safe rests on epochs and counting (C1). */
export const shardLimits = {
  /** A holder silent for so long has lost the Lease; the one in office renews several times within. */
  leaseSeconds: 15,
  renewEveryMs: 3_000,
  /** A standby reads the Lease this often, and at once when something has happened to the holder. */
  lookEveryMs: 2_000,
  /** After reading it on an impulse, not again sooner. */
  lookAgainMs: 100,
  /**
   * For environments that come, and aliases that change, it is read at once, and so often at most: what a second of that allows may be
   * used in a moment.
   */
  confirmEveryMs: 100,
  confirmAheadMs: 1_000,
  /** A call to Kubernetes without an answer for so long counts as failed. */
  callMsMax: 5_000,
  /** Pods are listed again this often while some of them have not been heard of: one may have gone before the watch knew it. */
  relistEveryMs: 3_000,
  /** Processes remembered as gone: only the one that holds the Lease matters. */
  unreachableMax: 64,
  /** Who lost the seat to another waits before taking it back by force, twice as long each time: two that cannot see each other take turns. */
  takeAgainMsMin: 1_000,
  takeAgainMsMax: 15_000,
  /** In office for so long, the next loss starts from the shortest wait. */
  steadyMs: 30_000,
  /** A watch is heard of every minute; silent for longer it is stale, if that of another gateway is not. */
  staleMsMax: 100_000,
  freshMsMax: 75_000,
  /** Requests that wait in a gateway while no placer can be asked; past it, or past the bytes that may wait, they are refused. */
  placerlessMax: 10_000,
  /** A request that only environments not heard of stand in the way of waits for their word: a supervisor cut off ends within 5 s. */
  holdMsMax: 7_000,
} as const;
