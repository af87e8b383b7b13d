/** Starting: from the pool of the shape where there is one, else a pod of its own; never more starts than waiters. */
import assert from "node:assert";
import { average } from "./average.ts";
import type { Decision } from "./event.ts";
import { forgetStart } from "./failure.ts";
import { placerLimits } from "./limits.ts";
import { shapeKey } from "./lookup.ts";
import { grant, takeOldest } from "./serve.ts";
import { decideStarts } from "./starts.ts";
import type { Environment, PlacerState, RevisionState } from "./state.ts";

export function startForWaiters(
  state: PlacerState,
  revision: RevisionState,
  nowMs: number,
  out: Decision[],
): void {
  if (revision.waiting.size === 0) return;
  const pool = poolOf(state, revision);
  let wanted = decideStarts(questionOf(state, revision, pool, nowMs));
  while (wanted > 0 && pool !== undefined && pool.length > 0) {
    const environment = pool.pop();
    if (environment === undefined) break;
    assign(state, environment, revision, nowMs, out);
    wanted--;
  }
  if (revision.failure !== undefined && nowMs < revision.failure.againAtMs) return;
  while (wanted > 0 && state.starting < placerLimits.startingMax) {
    const startId = `s${state.epoch}-${state.nextId++}`;
    revision.creating.set(startId, nowMs);
    state.starting++;
    out.push({ type: "create", startId, target: revision.target });
    wanted--;
  }
}

/**
 * Makes an unclaimed environment this revision's, for good (C2). When nothing of the revision is in use, the oldest waiter's
 * request goes out right behind the assignment; else it stays free to be served by whichever is ready first.
 */
export function assign(
  state: PlacerState,
  environment: Environment,
  revision: RevisionState,
  nowMs: number,
  out: Decision[],
): void {
  assert(environment.linked && environment.confirmed, `C1: ${environment.id} may be in use unseen`);
  const others = busyCount(revision) > 0;
  environment.revision = revision;
  environment.work = { state: "initialising", sinceMs: nowMs };
  revision.environments.add(environment);
  const waiter = others ? undefined : takeOldest(state, revision);
  if (waiter !== undefined) grant(state, environment, waiter, nowMs, out, true);
  else out.push({ type: "assign", environmentId: environment.id, target: revision.target });
}

/** A pool's environment has just come: whoever of its shape has waited longest takes it. */
export function offerToWaiters(
  state: PlacerState,
  environment: Environment,
  nowMs: number,
  out: Decision[],
): boolean {
  let oldest: RevisionState | undefined;
  let sinceMs = Number.POSITIVE_INFINITY;
  for (const revision of new Set(state.waiters.values())) {
    const { namespace, poolShape } = revision.target;
    if (namespace !== environment.namespace || poolShape !== environment.shape) continue;
    if (revision.waiting.size <= initialisingCount(revision)) continue;
    const first = firstSinceMs(revision);
    if (first < sinceMs) {
      oldest = revision;
      sinceMs = first;
    }
  }
  if (oldest === undefined) return false;
  assign(state, environment, oldest, nowMs, out);
  return true;
}

/** A pod of ours dialled home: what it took is what the next one is expected to take. */
export function startEnded(
  state: PlacerState,
  revision: RevisionState,
  startId: string,
  nowMs: number,
): void {
  const sinceMs = revision.creating.get(startId);
  if (!forgetStart(state, revision, startId) || sinceMs === undefined) return;
  state.createMs = average(state.createMs, nowMs - sinceMs);
}

function poolOf(state: PlacerState, { target }: RevisionState): Environment[] | undefined {
  return target.poolShape === undefined
    ? undefined
    : state.pools.get(shapeKey(target.namespace, target.poolShape));
}

function questionOf(
  state: PlacerState,
  revision: RevisionState,
  pool: Environment[] | undefined,
  nowMs: number,
) {
  const fromPool = (pool?.length ?? 0) > 0;
  const claimMs = revision.startMs ?? placerLimits.claimMsExpected;
  const createMs = state.createMs ?? placerLimits.createMsExpected;
  return {
    waiting: revision.waiting.size,
    pending: initialisingCount(revision) + revision.creating.size,
    busy: busyCount(revision),
    durationMs: revision.durationMs,
    startMs: fromPool ? claimMs : createMs + claimMs,
    oldestWaitMs: nowMs - firstSinceMs(revision),
  };
}

function firstSinceMs(revision: RevisionState): number {
  for (const waiter of revision.waiting.values()) return waiter.sinceMs;
  return Number.POSITIVE_INFINITY;
}

function busyCount(revision: RevisionState): number {
  return countOf(revision, "busy");
}

function initialisingCount(revision: RevisionState): number {
  return countOf(revision, "initialising") + countOf(revision, "made");
}

function countOf(revision: RevisionState, wanted: Environment["work"]["state"]): number {
  let count = 0;
  for (const { work } of revision.environments) if (work.state === wanted) count++;
  return count;
}
