/**
 * Who gets a pool's environments. They are shared by every function of a shape, so one that bursts gets what the others leave: the
 * fewest environments come first, and the last of a pool is kept for a moment for a function that has none.
 */
import { assign } from "./assign.ts";
import { comingCount, firstSinceMs, holdingCount, initialisingCount } from "./counts.ts";
import type { Decision } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { createMsOf, shapeKey } from "./lookup.ts";
import type { Environment, PlacerState, RevisionState } from "./state.ts";

export function poolOf(state: PlacerState, { target }: RevisionState): Environment[] | undefined {
  return target.poolShape === undefined
    ? undefined
    : state.pools.get(shapeKey(target.namespace, target.poolShape));
}

/** How many of its pool's environments the revision may take now. */
export function claimableCount(state: PlacerState, revision: RevisionState, nowMs: number): number {
  const there = poolOf(state, revision)?.length ?? 0;
  if (there === 0 || mayTakeLast(state, revision, nowMs)) return there;
  return there - 1;
}

/** The most recently joined of its pool. */
export function claim(state: PlacerState, revision: RevisionState, nowMs: number, out: Decision[]): void {
  const environment = poolOf(state, revision)?.pop();
  if (environment === undefined) return;
  revision.claimedAtMs = nowMs;
  assign(state, environment, revision, nowMs, out);
}

/**
 * A pool's environment has just come. Of those of its shape that it would help, whoever has the fewest
 * environments takes it; of equals, who has waited longest.
 */
export function offerToWaiters(
  state: PlacerState,
  environment: Environment,
  nowMs: number,
  out: Decision[],
): boolean {
  const { namespace, shape } = environment;
  const isAlone = (state.pools.get(shapeKey(namespace, shape))?.length ?? 0) === 0;
  let next: RevisionState | undefined;
  for (const revision of new Set(state.waiters.values())) {
    const { target } = revision;
    if (target.namespace !== namespace || target.poolShape !== shape) continue;
    if (revision.waiting.size <= pendingCount(state, revision, nowMs)) continue;
    if (isAlone && !mayTakeLast(state, revision, nowMs)) continue;
    if (next === undefined || comesBefore(revision, next)) next = revision;
  }
  if (next === undefined) return false;
  next.claimedAtMs = nowMs;
  assign(state, environment, next, nowMs, out);
  return true;
}

/**
 * Environments that will serve its waiters, so that what the pool is refilled with is left for others: else a burst would start two
 * for each request. A function that has none yet takes what comes first.
 */
function pendingCount(state: PlacerState, revision: RevisionState, nowMs: number): number {
  if (revision.environments.size === 0) return 0;
  return initialisingCount(revision) + comingCount(revision, createMsOf(state), nowMs);
}

/** Fair order over functions: a burst's waiters do not stand before the one waiter of another. */
export function comesBefore(a: RevisionState, b: RevisionState): boolean {
  const fewer = holdingCount(a) - holdingCount(b);
  return fewer < 0 || (fewer === 0 && firstSinceMs(a) < firstSinceMs(b));
}

/** Not who has environments and took one from the pool a moment ago, where others live off the same pool. */
function mayTakeLast(state: PlacerState, revision: RevisionState, nowMs: number): boolean {
  const { claimedAtMs, target } = revision;
  if (claimedAtMs === undefined || nowMs - claimedAtMs >= placerLimits.lastKeptMs) return true;
  if (holdingCount(revision) === 0) return true;
  for (const other of state.revisions.values()) {
    if (other.retired || other.target.functionKey === target.functionKey) continue;
    if (other.target.namespace === target.namespace && other.target.poolShape === target.poolShape)
      return false;
  }
  return true;
}
