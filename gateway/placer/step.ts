/** The placer as one function: an event and the time in, decisions out. It reads no clock and does no IO (H2). */
import { askerGone, orphan } from "./asker.ts";
import {
  environmentEnded,
  environmentGone,
  environmentInitialized,
  environmentLeaving,
  environmentUnlinked,
  grantReturned,
} from "./environment.ts";
import type { Decision, PlacerEvent } from "./event.ts";
import { refuseWaiter, startFailed } from "./failure.ts";
import { admitHeld, dropHeld } from "./hold.ts";
import { environmentJoined, environmentsConfirmed } from "./join.ts";
import { returnPermit } from "./permit.ts";
import { hasProspect } from "./prospect.ts";
import { passTime } from "./reclaim.ts";
import { makeRoom } from "./room.ts";
import { routesChanged, routesConfirmed } from "./route.ts";
import { dropWaiter, serveWaiters } from "./serve.ts";
import { startEnded, startForWaiters } from "./start.ts";
import type { PlacerState, RevisionState } from "./state.ts";
import { admitWant } from "./want.ts";

/** `nowMs` is monotonic. Changes `state`; the decisions must be carried out in order. */
export function step(state: PlacerState, event: PlacerEvent, nowMs: number): Decision[] {
  const out: Decision[] = [];
  const touched = happen(state, event, nowMs, out);
  for (const revision of touched) serve(state, revision, nowMs, out);
  if (state.held.size > 0 && event.type !== "want")
    for (const revision of admitHeld(state, event.type === "tick", nowMs, out))
      serve(state, revision, nowMs, out);
  return out;
}

function serve(state: PlacerState, revision: RevisionState, nowMs: number, out: Decision[]): void {
  serveWaiters(state, revision, nowMs, out);
  startForWaiters(state, revision, nowMs, out);
}

/** Returns the revisions whose waiters may be better off now. */
function happen(state: PlacerState, event: PlacerEvent, nowMs: number, out: Decision[]): RevisionState[] {
  switch (event.type) {
    case "want":
      return [admitWant(state, event.want, nowMs, out)];
    case "cancel":
      cancel(state, event.wantId);
      return [];
    case "joined":
      return some(environmentJoined(state, event.environment, nowMs, out));
    case "unlinked":
      return some(afterLoss(state, environmentUnlinked(state, event.environmentId), out, nowMs));
    case "initialized":
      return some(environmentInitialized(state, event.environmentId, event.failed, nowMs, out));
    case "ended":
      return some(environmentEnded(state, event, nowMs, out));
    case "unused": {
      const { environmentId: id, grant, sent } = event;
      return some(grantReturned(state, { id, grant, sent }, nowMs, out));
    }
    case "orphaned":
      orphan(state.environments.get(event.environmentId), event.grant, out);
      return [];
    case "recalled": {
      const { environmentId: id, grant, was } = event;
      if (was === "running") return [];
      if (was === "ended") return some(environmentEnded(state, event, nowMs, out));
      return some(grantReturned(state, { id, grant, sent: true }, nowMs, out));
    }
    case "askerGone":
      askerGone(state, event.from, out);
      return [];
    case "routed":
      routesChanged(state, event.alias, event.routes, out);
      return [];
    case "confirmed":
      routesConfirmed(state, event.joinedAs);
      return environmentsConfirmed(state, event.joinedAs, nowMs, out);
    case "leaving":
      return some(afterLoss(state, environmentLeaving(state, event.environmentId), out, nowMs));
    case "gone":
      return some(afterLoss(state, environmentGone(state, event.environmentId), out, nowMs));
    case "started": {
      const revision = state.revisions.get(event.revisionKey);
      if (revision !== undefined) startEnded(state, revision, event.startId, nowMs);
      return [];
    }
    case "startFailed": {
      const revision = state.revisions.get(event.revisionKey);
      if (revision !== undefined) startFailed(state, revision, event.startId, event.failure, nowMs, out);
      return some(revision);
    }
    case "crowded": {
      const revision = state.revisions.get(event.revisionKey);
      if (revision?.creating.has(event.startId)) makeRoom(state, revision, undefined, nowMs, out);
      return [];
    }
    case "retired": {
      const revision = state.revisions.get(event.revisionKey);
      if (revision !== undefined) revision.retired = event.retired;
      return [];
    }
    case "tick":
      passTime(state, nowMs, out);
      return [];
  }
}

function some(revision: RevisionState | undefined): RevisionState[] {
  return revision === undefined ? [] : [revision];
}

function cancel(state: PlacerState, wantId: string): void {
  dropHeld(state, wantId);
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
  if (hasProspect(state, revision, nowMs)) return revision;
  const { last: failure } = revision.failure;
  for (const waiter of [...revision.waiting.values()])
    refuseWaiter(state, revision, waiter, { kind: "cannotStart", failure }, out);
  return revision;
}
