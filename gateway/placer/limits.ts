/** Bounds of placement that are no installation's choice. */
export const placerLimits = {
  /**
   * Pods under way at once, all functions together; past it waiters wait for one to finish. A node starts about two a second:
   * more would only make each of them slower. One function alone has half of them at most.
   */
  startingMax: 16,
  /** So many with those of functions that have none under way: pods that hang are no reason for another function not to start. */
  startingFirstMax: 32,
  /** Of those so many for the functions of one namespace: the others are there for other namespaces. */
  startingFirstMaxPerNamespace: 24,
  /** A pod that has not dialled home by then waits for an image or a node, not for others: it counts in none of the three above. */
  hangsMs: 20_000,
  /** Past so many that hang, functions of their namespace that have no pod under way wait for one of those. */
  hangingMaxPerNamespace: 100,
  /** A start that failed keeps its revision from another for this long, doubling. */
  startAgainMsMin: 1_000,
  startAgainMsMax: 30_000,
  /** A pod that has not dialled home by then will not: image pulls of gigabytes are done by then. */
  startMsMax: 300_000,
  /** A pod that has taken so many times what pods take is waited for no more: another that comes is not held back for it. */
  lateStarts: 2,
  /** Who took from a pool and has environments leaves its last one to others for so long: by then it is refilled. */
  lastKeptMs: 5_000,
  /** A want for an alias that the placer's watch has not told of waits so long for it, and then goes where its gateway would send it. */
  unroutedMsMax: 1_000,
  /** What a start costs until one was measured. */
  claimMsExpected: 15,
  createMsExpected: 1_500,
  /** By then every rate has gathered all it may: a second for requests, ten for what a function may grow by. */
  ratesFullMs: 10_000,
  /** A throttled caller is told to come again after this. */
  retryMsThrottled: 1_000,
  /**
   * The first callers of a revision claim one environment and wait for its answers, which tell how many more help: for so long before
   * they claim what else the pool has, and for this share of a pod's time before pods are made.
   */
  learnMs: 100,
  learnShare: 0.25,
  /** Weight of the newest sample in the moving averages. */
  averageWeight: 0.2,
  /** An invocation that has run for so many average ones is not expected to end soon. */
  overdueDurations: 4,
  /**
   * An invocation counts as at least this share of the time it took, whatever it waited for a CPU: where a limit of its own kept it
   * waiting, another environment has another limit.
   */
  workShareMin: 0.25,
  /** Whoever has waited for so many starts gets one, whatever is expected of the environments in use. */
  startsWaitedMax: 3,
  /** Idle environments told to leave in one tick, so that a mass reclaim does not stall the loop. */
  reclaimedMaxPerTick: 100,
  /** Pods deleted before they started, as by a drained node, that are simply made again; what is deleted more often is a failure. */
  startsDeletedMax: 5,
  /** Environments sent away to make room for a namespace's pods before one of those has to have started; then no more for a while, doubling. */
  roomMadeMax: 4,
  roomAgainMsMin: 60_000,
  roomAgainMsMax: 3_600_000,
  /** So often at most all records are looked through for what is idle, hangs or is over. */
  houseMs: 500,
  /** How often waiters and idle environments are looked at. */
  tickMsWaiting: 20,
  tickMsIdle: 1_000,
} as const;
