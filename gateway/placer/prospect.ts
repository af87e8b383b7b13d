/** What a revision's waiters may hope for. */
import { claimableCount } from "./pool.ts";
import type { PlacerState, RevisionState } from "./state.ts";

/** Not while environments fail as its own: each attempt would cost the pool another. A pod that failed says nothing of those that are there. */
export function mayClaim({ failure }: RevisionState, nowMs: number): boolean {
  return failure === undefined || failure.of === "pod" || nowMs >= failure.againAtMs;
}

/** Whether anything is there, or on its way, that will serve them. */
export function hasProspect(state: PlacerState, revision: RevisionState, nowMs: number): boolean {
  if (revision.creating.size > 0) return true;
  if (mayClaim(revision, nowMs) && claimableCount(state, revision, nowMs) > 0) return true;
  for (const environment of revision.environments) if (!environment.leaving) return true;
  return false;
}
