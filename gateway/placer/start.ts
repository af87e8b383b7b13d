/** Starting: from the pool of the shape where there is one, else a pod of its own; never more starts than waiters. */
import { average } from "./average.ts";
import { comingCount, firstSinceMs, initialisingCount, initialisingOnTime, servingCount } from "./counts.ts";
import type { Decision } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { accountOf, createMsOf } from "./lookup.ts";
import { claim, claimableCount } from "./pool.ts";
import { mayClaim } from "./prospect.ts";
import { decideStarts } from "./starts.ts";
import type { PlacerState, RevisionState } from "./state.ts";
import { beginStart, forgetStart } from "./underway.ts";

export function startForWaiters(
  state: PlacerState,
  revision: RevisionState,
  nowMs: number,
  out: Decision[],
): void {
  if (revision.waiting.size === 0) return;
  claimForWaiters(state, revision, nowMs, out);
  // Decided anew for those who are left: a pod takes longer than a claim.
  createForWaiters(state, revision, nowMs, out);
}

function claimForWaiters(state: PlacerState, revision: RevisionState, nowMs: number, out: Decision[]): void {
  let claimable = mayClaim(revision, nowMs) ? claimableCount(state, revision, nowMs) : 0;
  if (claimable === 0) return;
  let wanted = decideStarts(questionOf(state, revision, claimable, nowMs));
  const most = isLearning(revision, nowMs, placerLimits.learnMs) ? 1 : Number.POSITIVE_INFINITY;
  while (wanted > 0 && claimable > 0 && revision.environments.size < most) {
    claim(state, revision, nowMs, out);
    claimable = Math.min(claimable - 1, claimableCount(state, revision, nowMs));
    wanted--;
  }
}

function createForWaiters(state: PlacerState, revision: RevisionState, nowMs: number, out: Decision[]): void {
  if (revision.failure !== undefined && nowMs < revision.failure.againAtMs) return;
  const learnMs = createMsOf(state) * placerLimits.learnShare;
  if (revision.environments.size > 0 && isLearning(revision, nowMs, learnMs)) return;
  let wanted = decideStarts(questionOf(state, revision, 0, nowMs));
  while (wanted > 0 && revision.creating.size < freeStarts(state, revision)) {
    const startId = `s${state.epoch}-${state.nextId++}`;
    beginStart(state, revision, startId, nowMs);
    out.push({ type: "create", startId, target: revision.target });
    wanted--;
  }
}

/** A pod of ours dialled home: what it took is what the next one is expected to take. */
export function startEnded(
  state: PlacerState,
  revision: RevisionState,
  startId: string,
  nowMs: number,
): void {
  const start = forgetStart(state, revision, startId);
  if (start === undefined) return;
  state.createMs = average(state.createMs, nowMs - start.sinceMs);
  revision.startsDeleted = 0;
  // It found its room: what leaves for the next is not in vain.
  if (revision.roomMade) accountOf(state, revision.target.namespace).room = undefined;
  revision.roomMade = false;
}

/** Nothing is known of its invocations yet, and for so long the first callers wait for the first answers to tell how many help. */
function isLearning(revision: RevisionState, nowMs: number, ms: number): boolean {
  return revision.workMs === undefined && nowMs - firstSinceMs(revision) < ms;
}

function claimMsOf({ startMs }: RevisionState): number {
  return startMs ?? placerLimits.claimMsExpected;
}

/** Nobody may have more pods under way than are left for the others, and who has none finds room for a first one. */
function freeStarts(state: PlacerState, { creating, target }: RevisionState): number {
  const { startingMax, startingFirstMax, startingFirstMaxPerNamespace, hangingMaxPerNamespace } =
    placerLimits;
  if (creating.size > 0) return startingMax - state.starting;
  const { starting, hanging } = accountOf(state, target.namespace);
  if (hanging >= hangingMaxPerNamespace) return 0;
  return Math.min(startingFirstMax - state.starting, startingFirstMaxPerNamespace - starting);
}

/** Of the time that invocations take, what is not spent in the line for a CPU: a line of requests gets longer by that too. */
function workShare({ workMs, durationMs }: RevisionState): number {
  return workMs === undefined || durationMs === undefined || durationMs === 0 ? 1 : workMs / durationMs;
}

function questionOf(state: PlacerState, revision: RevisionState, claimable: number, nowMs: number) {
  const claimMs = claimMsOf(revision);
  const startMs = claimable > 0 ? claimMs : createMsOf(state) + claimMs;
  return {
    waiting: revision.waiting.size,
    pending: initialisingCount(revision) + revision.creating.size,
    coming:
      initialisingOnTime(revision, claimMs * placerLimits.startsWaitedMax, nowMs) +
      comingCount(revision, createMsOf(state), nowMs),
    serving: servingCount(revision, startMs, nowMs),
    workMs: revision.workMs,
    startMs,
    wholeStartMs: createMsOf(state) + claimMs,
    oldestWaitMs: (nowMs - firstSinceMs(revision)) * workShare(revision),
  };
}
