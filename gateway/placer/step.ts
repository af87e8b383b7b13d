/** The placer as one function: an event and the time in, decisions out. It reads no clock and does no IO (H2). */
import {
  environmentEnded,
  environmentGone,
  environmentInitialized,
  environmentJoined,
  environmentLeaving,
} from "./environment.ts";
import type { Decision, PlacerEvent } from "./event.ts";
import { refuseWaiter, startFailed } from "./failure.ts";
import { hasProspect } from "./lookup.ts";
import { returnPermit } from "./permit.ts";
import { passTime } from "./reclaim.ts";
import { dropWaiter, serveWaiters } from "./serve.ts";
import { startEnded, startForWaiters } from "./start.ts";
import type { PlacerState, RevisionState } from "./state.ts";
import { admitWant } from "./want.ts";

/** `nowMs` is monotonic. Changes `state`; the decisions must be carried out in order. */
export function step(state: PlacerState, event: PlacerEvent, nowMs: number): Decision[] {
  const out: Decision[] = [];
  const touched = happen(state, event, nowMs, out);
  if (touched !== undefined) {
    serveWaiters(state, touched, nowMs, out);
    startForWaiters(state, touched, nowMs, out);
  }
  return out;
}

/** Returns the revision whose waiters may be better off now. */
function happen(
  state: PlacerState,
  event: PlacerEvent,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  switch (event.type) {
    case "want":
      return admitWant(state, event.want, nowMs, out);
    case "cancel":
      cancel(state, event.wantId);
      return undefined;
    case "joined":
      return environmentJoined(state, event.environment, nowMs, out);
    case "initialized":
      return environmentInitialized(state, event.environmentId, event.failed, nowMs);
    case "ended":
      return environmentEnded(state, event.environmentId, event.grant, nowMs, out);
    case "leaving":
      return afterLoss(state, environmentLeaving(state, event.environmentId), out, nowMs);
    case "gone":
      return afterLoss(state, environmentGone(state, event.environmentId), out, nowMs);
    case "started": {
      const revision = state.revisions.get(event.revisionKey);
      if (revision !== undefined) startEnded(state, revision, event.startId, nowMs);
      return undefined;
    }
    case "startFailed": {
      const revision = state.revisions.get(event.revisionKey);
      if (revision !== undefined) startFailed(state, revision, event.startId, event.failure, nowMs, out);
      return revision;
    }
    case "retired": {
      const revision = state.revisions.get(event.revisionKey);
      if (revision !== undefined) revision.retired = event.retired;
      return undefined;
    }
    case "tick":
      passTime(state, nowMs, out);
      return undefined;
  }
}

function cancel(state: PlacerState, wantId: string): void {
  const revision = state.waiters.get(wantId);
  const waiter = revision?.waiting.get(wantId);
  if (revision === undefined || waiter === undefined) return;
  dropWaiter(state, revision, waiter);
  returnPermit(waiter.permit);
}

/** The last environment of a revision that cannot be started went: its waiters have nothing left to wait for. */
function afterLoss(
  state: PlacerState,
  revision: RevisionState | undefined,
  out: Decision[],
  nowMs: number,
): RevisionState | undefined {
  if (revision?.failure === undefined || nowMs >= revision.failure.againAtMs) return revision;
  if (hasProspect(revision)) return revision;
  const { last: failure } = revision.failure;
  for (const waiter of [...revision.waiting.values()])
    refuseWaiter(state, revision, waiter, { kind: "cannotStart", failure }, out);
  return revision;
}
