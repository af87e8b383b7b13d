/** Bounds of what the fleet does by itself. */
export const fleetLimits = {
  /** The supervisor keeps the timeout; past it, INIT and a margin, the environment counts as stuck. */
  overtimeMsMax: 30_000,
  /** All environments are looked through for those this often at most, however often time passes. */
  stuckEveryMs: 1_000,
  /** A supervisor without a link ends its runtime after 5 s: a busy environment that has not come back by then is lost. */
  relinkMsMax: 7_000,
  /** An environment that came back without its invocation has the answer under way, or never will. */
  resendMsMax: 2_000,
  /** A request whose environment has no link to this gateway asks again after this, and each time twice as long, up to the other. */
  unlinkedAgainMs: 20,
  unlinkedAgainMsMax: 500,
  /** A request over a limit asks once more after this: permits come back a moment after their callers have their answers. */
  overLimitAgainMs: 25,
  /** So many at a time, and so many bytes of theirs; who comes beyond is told at once. */
  overLimitMax: 1_000,
  overLimitBytesMax: 64 * 1024 * 1024,
  /** A cold start longer than this is told in the log; the others only to who asks for detail. */
  slowStartMs: 1_000,
  /** On the way out, for releasing the Leases. */
  handOverMsMax: 2_000,
  /** Times a request that an environment did not start goes to another one. */
  placementsMax: 4,
} as const;
