/** A start that failed: its waiters learn why unless something else will serve them, and the next attempt waits a while. */
import type { Start, StartFailure } from "./attempt.ts";
import type { Decision } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { returnPermit } from "./permit.ts";
import { hasProspect } from "./prospect.ts";
import { makeRoom } from "./room.ts";
import { dropWaiter } from "./serve.ts";
import type { PlacerState, Refusal, RevisionState, Waiter } from "./state.ts";
import { forgetStart } from "./underway.ts";

export function startFailed(
  state: PlacerState,
  revision: RevisionState,
  startId: string | undefined,
  failure: StartFailure,
  nowMs: number,
  out: Decision[],
): void {
  const start = startId === undefined ? undefined : forgetStart(state, revision, startId);
  if (startId !== undefined && start === undefined) return;
  if (failure.kind === "deleted" && revision.startsDeleted++ < placerLimits.startsDeletedMax) return;
  if (!isToldAlready(revision, start)) {
    const times = (revision.failure?.times ?? 0) + 1;
    const waitMs = Math.min(placerLimits.startAgainMsMin * 2 ** (times - 1), placerLimits.startAgainMsMax);
    const of = startId === undefined ? "environment" : "pod";
    revision.failure = { of, last: failure, times, atMs: nowMs, againAtMs: nowMs + waitMs };
    if (failure.kind === "quota") makeRoom(state, revision, revision.target.namespace, nowMs, out);
  }
  if (hasProspect(state, revision, nowMs)) return;
  for (const waiter of [...revision.waiting.values()])
    refuseWaiter(state, revision, waiter, { kind: "cannotStart", failure }, out);
}

/** Starts asked for together fail together, of one cause: the first of them has said it. */
function isToldAlready({ failure }: RevisionState, start: Start | undefined): boolean {
  return failure !== undefined && start !== undefined && start.sinceMs <= failure.atMs;
}

export function refuseWaiter(
  state: PlacerState,
  revision: RevisionState,
  waiter: Waiter,
  refusal: Refusal,
  out: Decision[],
): void {
  dropWaiter(state, revision, waiter);
  returnPermit(waiter.permit);
  out.push({ type: "refuse", wantId: waiter.want.id, to: waiter.want.from, refusal });
}
