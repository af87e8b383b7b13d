/** A start that failed: its waiters learn why unless something else will serve them, and the next attempt waits a while. */
import type { Decision } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { hasProspect } from "./lookup.ts";
import { returnPermit } from "./permit.ts";
import { makeRoom } from "./room.ts";
import { dropWaiter } from "./serve.ts";
import type { PlacerState, Refusal, RevisionState, StartFailure, Waiter } from "./state.ts";

export function startFailed(
  state: PlacerState,
  revision: RevisionState,
  startId: string | undefined,
  failure: StartFailure,
  nowMs: number,
  out: Decision[],
): void {
  if (startId !== undefined && !forgetStart(state, revision, startId)) return;
  if (failure.kind === "deleted" && revision.startsDeleted++ < placerLimits.startsDeletedMax) return;
  const times = (revision.failure?.times ?? 0) + 1;
  const waitMs = Math.min(placerLimits.startAgainMsMin * 2 ** (times - 1), placerLimits.startAgainMsMax);
  revision.failure = { last: failure, times, againAtMs: nowMs + waitMs };
  if (failure.kind === "quota") makeRoom(state, revision, revision.target.namespace, nowMs, out);
  if (hasProspect(revision)) return;
  for (const waiter of [...revision.waiting.values()])
    refuseWaiter(state, revision, waiter, { kind: "cannotStart", failure }, out);
}

/** False when the start was not under way. */
export function forgetStart(state: PlacerState, revision: RevisionState, startId: string): boolean {
  if (!revision.creating.delete(startId)) return false;
  state.starting--;
  return true;
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
