/** What a revision has: environments in use, environments on their way, and the one who has waited longest. */
import { placerLimits } from "./limits.ts";
import type { Environment, RevisionState } from "./state.ts";

export function busyCount(revision: RevisionState): number {
  return countOf(revision, "busy");
}

/** Environments in use that are not overdue: what has run for much longer than invocations do may run on for long. */
export function servingCount(
  { environments, durationMs = 0 }: RevisionState,
  startMs: number,
  nowMs: number,
): number {
  const overdueMs = Math.max(startMs, durationMs * placerLimits.overdueDurations);
  let count = 0;
  for (const { work } of environments) if (work.state === "busy" && nowMs - work.sinceMs < overdueMs) count++;
  return count;
}

export function initialisingCount(revision: RevisionState): number {
  return countOf(revision, "initialising") + countOf(revision, "made");
}

/** Claimed environments that initialise and are not late. */
export function initialisingOnTime({ environments }: RevisionState, lateMs: number, nowMs: number): number {
  let count = 0;
  for (const { work } of environments)
    if (work.state === "made" || (work.state === "initialising" && nowMs - work.sinceMs < lateMs)) count++;
  return count;
}

/** Pods under way that are not late: one that is may never come, and nobody should wait for it alone. */
export function comingCount(revision: RevisionState, createMs: number, nowMs: number): number {
  const lateMs = createMs * placerLimits.lateStarts;
  let count = 0;
  for (const { sinceMs } of revision.creating.values()) if (nowMs - sinceMs < lateMs) count++;
  return count;
}

/** Environments there and on their way. */
export function holdingCount({ environments, creating }: RevisionState): number {
  return environments.size + creating.size;
}

export function firstSinceMs(revision: RevisionState): number {
  for (const waiter of revision.waiting.values()) return waiter.sinceMs;
  return Number.POSITIVE_INFINITY;
}

function countOf(revision: RevisionState, wanted: Environment["work"]["state"]): number {
  let count = 0;
  for (const { work } of revision.environments) if (work.state === wanted) count++;
  return count;
}
