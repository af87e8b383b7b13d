/** Late binding: an environment goes to whoever has waited longest for its revision, at the moment it is free. */
import assert from "node:assert";
import { formatGrant } from "../../crds/link/grant.ts";
import type { Decision } from "./event.ts";
import type { Environment, PlacerState, RevisionState, Waiter } from "./state.ts";

/** Gives the revision's idle environments to its waiters, oldest first. */
export function serveWaiters(
  state: PlacerState,
  revision: RevisionState,
  nowMs: number,
  out: Decision[],
): void {
  while (revision.idle.length > 0) {
    const waiter = takeOldest(state, revision);
    if (waiter === undefined) return;
    grantIdle(state, revision, waiter, nowMs, out);
  }
}

/** Provisioned ones first, then the most recently used: the others grow old and are reclaimed. */
export function grantIdle(
  state: PlacerState,
  revision: RevisionState,
  waiter: Waiter,
  nowMs: number,
  out: Decision[],
): void {
  // -1, where none is kept, is the last.
  const kept = revision.idle.findLastIndex((one) => one.kept && !one.initFailed);
  const [environment] = revision.idle.splice(kept, 1);
  assert(environment !== undefined, "C2: no environment of the revision is idle");
  grant(state, environment, waiter, nowMs, out);
}

/**
 * Marks the environment busy with the waiter's request (C2: it was free, and is this revision's). `assigned`: the request brings the
 * assignment with it.
 */
export function grant(
  state: PlacerState,
  environment: Environment,
  waiter: Waiter,
  nowMs: number,
  out: Decision[],
  assigned = false,
): void {
  const { work } = environment;
  assert(work.state !== "busy", `C2: environment ${environment.id} is in use`);
  assert(environment.revision?.key === waiter.want.target.key, `C2: ${environment.id} is another revision's`);
  assert(environment.linked && environment.confirmed, `C1: ${environment.id} may be in use unseen`);
  const grantId = formatGrant({ epoch: state.epoch, turn: state.nextId++ });
  environment.work = {
    state: "busy",
    grant: grantId,
    permit: waiter.permit,
    sinceMs: nowMs,
    claimedAtMs: work.state === "initialising" ? work.sinceMs : undefined,
    assigned,
    orphaned: false,
  };
  const { id: wantId, from: to, target } = waiter.want;
  out.push({ type: "grant", wantId, to, environmentId: environment.id, grant: grantId, target, assigned });
}

export function takeOldest(state: PlacerState, revision: RevisionState): Waiter | undefined {
  for (const waiter of revision.waiting.values()) {
    dropWaiter(state, revision, waiter);
    return waiter;
  }
  return undefined;
}

/** Takes it out of the line; its permit stays with the caller. */
export function dropWaiter(state: PlacerState, revision: RevisionState, waiter: Waiter): void {
  const { want } = waiter;
  revision.waiting.delete(want.id);
  state.waiters.delete(want.id);
  state.waitingBytes -= want.bytes;
  const account = state.accounts.get(want.target.namespace);
  assert(account !== undefined, `C3: ${want.id} waited in an account that is not known`);
  account.waitingBytes -= want.bytes;
}
