/** How many environments to start for a revision's waiters: one only when waiting is expected to cost more than starting. */
import { placerLimits } from "./limits.ts";

export interface StartQuestion {
  /** Requests without an environment. */
  waiting: number;
  /** Environments on their way. */
  pending: number;
  /** Environments in use that are expected to be free soon. */
  serving: number;
  /** How long one invocation takes on average, if known. */
  durationMs: number | undefined;
  /** What a start costs. */
  startMs: number;
  /** How long the oldest has waited. */
  oldestWaitMs: number;
}

/** Never more starts than waiters without one. */
export function decideStarts(question: StartQuestion): number {
  const { waiting, pending, serving, durationMs, startMs, oldestWaitMs } = question;
  const lacking = waiting - pending;
  if (lacking <= 0) return 0;
  if (serving === 0 || durationMs === undefined) return lacking;
  if (oldestWaitMs >= startMs * placerLimits.startsWaitedMax) return lacking;
  // In the time of a start these serve this many; only the rest are better served by starting.
  const servedMeanwhile = Math.floor((serving * startMs) / Math.max(durationMs, 0.1));
  return Math.max(0, lacking - servedMeanwhile);
}
