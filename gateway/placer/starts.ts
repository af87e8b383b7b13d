/** How many environments to start for a revision's waiters: one only when waiting is expected to cost more than starting. */

export interface StartQuestion {
  /** Requests without an environment. */
  waiting: number;
  /** Environments on their way. */
  pending: number;
  /** Environments in use, each of which will be free some time. */
  busy: number;
  /** How long one invocation takes on average, if known. */
  durationMs: number | undefined;
  /** What a start costs. */
  startMs: number;
  /** How long the oldest has waited. */
  oldestWaitMs: number;
}

/** Never more starts than waiters without one. */
export function decideStarts(question: StartQuestion): number {
  const { waiting, pending, busy, durationMs, startMs, oldestWaitMs } = question;
  const lacking = waiting - pending;
  if (lacking <= 0) return 0;
  if (busy === 0 || durationMs === undefined || oldestWaitMs >= startMs) return lacking;
  // In the time of a start the busy ones serve this many; only the rest are better served by starting.
  const servedMeanwhile = Math.floor((busy * startMs) / Math.max(durationMs, 0.1));
  return Math.max(0, lacking - servedMeanwhile);
}
