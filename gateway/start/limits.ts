/** Bounds of starting environments. */
export const startLimits = {
  /** Archives kept in memory, so that a claim needs no NATS. */
  codeCacheBytesMax: 128 * 1024 * 1024,
  /** Larger archives kept on the gateway's disk, whose volume holds 1 GiB. */
  codeDiskBytesMax: 512 * 1024 * 1024,
  /** An archive up to this travels in the assignment's own frame, and is kept in memory. */
  inlineBytesMax: 1024 * 1024,
  /** One up to this is fetched ahead when its revision starts to serve; a larger one when it is first claimed for, or a pod is first made for it. */
  aheadBytesMax: 16 * 1024 * 1024,
  /** Archives fetched ahead at once, and waiting for it; past it a claim fetches for itself. */
  aheadWorkersMax: 2,
  aheadMax: 1_000,
  /** Larger ones travel in pieces of this size, each sent when the one before has left. */
  chunkBytes: 512 * 1024,
  /** Environments that are sent a larger one at once; each holds a few pieces in memory. */
  readersMax: 64,
  /** The code store must answer within this. */
  codeMsMax: 30_000,
  /** Pods created at once by this gateway. */
  creatingMax: 8,
  /** As long as no node has room for it, the placer is told again after this: what it has sent away takes a while to go. */
  crowdedAgainMs: 2_000,
  /** After being told to leave, an environment has this long before its pod is deleted. */
  dismissMsMax: 30_000,
  /** A delete that failed, or whose pod does not say that it is leaving, is tried again after this. */
  dismissAgainMs: 10_000,
  /** Labels and owner of a claimed pod: writes at once. */
  adoptWorkersMax: 2,
  /** They are written so long after the first answer: whoever calls next comes first. */
  adoptAfterMs: 250,
  podNameRandomLength: 8,
} as const;
