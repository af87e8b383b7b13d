/** How many environments to start for a revision's waiters: one only when waiting is expected to cost more than starting. */
import { placerLimits } from "./limits.ts";

export interface StartQuestion {
  /** Requests without an environment. */
  waiting: number;
  /** Environments on their way. */
  pending: number;
  /** Those of them that are not late: one that is may never come, and no line may wait for it. */
  coming: number;
  /** Environments in use that are expected to be free soon. */
  serving: number;
  /**
   * How long one invocation takes its environment on average, if known, without what it waited for a CPU: another environment would wait
   * for the same, and for gateway and network too.
   */
  workMs: number | undefined;
  /** What a start costs whoever waits for it. */
  startMs: number;
  /** What it costs in all: what is claimed from a pool is made again there. */
  wholeStartMs: number;
  /** How long the oldest has waited, without what those before it waited for a CPU. */
  oldestWaitMs: number;
}

/** Never more starts than waiters without one; of short invocations one start serves a whole line. */
export function decideStarts(question: StartQuestion): number {
  const { waiting, pending, coming, serving, workMs, startMs, wholeStartMs, oldestWaitMs } = question;
  if (workMs === undefined) return Math.max(0, waiting - pending);
  /** So many one environment serves in the time of a start. */
  const each = startMs / Math.max(workMs, 0.1);
  const lacking = waiting - Math.max(pending, Math.floor(coming * each));
  if (lacking <= 0) return 0;
  // Those in use serve some meanwhile; only the rest are better served by starting.
  const isOverdue = oldestWaitMs >= wholeStartMs * placerLimits.startsWaitedMax;
  const rest = isOverdue ? lacking : lacking - Math.floor(serving * each);
  return Math.max(0, Math.ceil(rest / Math.max(each, 1)));
}
