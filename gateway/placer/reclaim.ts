/** What time alone changes: waiters that waited too long, starts that hang, environments idle or old enough to go. */
import { dismiss, isOld } from "./environment.ts";
import type { Decision } from "./event.ts";
import { refuseWaiter, startFailed } from "./failure.ts";
import { forgetSpent } from "./forget.ts";
import { placerLimits } from "./limits.ts";
import { comesBefore } from "./pool.ts";
import { serveWaiters } from "./serve.ts";
import { startForWaiters } from "./start.ts";
import type { Environment, PlacerState, Refusal, RevisionState } from "./state.ts";
import { startHangs } from "./underway.ts";

export function passTime(state: PlacerState, nowMs: number, out: Decision[]): void {
  keepHouse(state, nowMs, out);
  const waiting = [...new Set(state.waiters.values())];
  for (const revision of waiting) expireWaiters(state, revision, nowMs, out);
  for (const revision of waiting.sort(byNeed)) {
    serveWaiters(state, revision, nowMs, out);
    startForWaiters(state, revision, nowMs, out);
  }
}

/** What goes through everything, and has time: a tick comes every 20 ms while anybody waits. */
function keepHouse(state: PlacerState, nowMs: number, out: Decision[]): void {
  if (nowMs - state.houseKeptAtMs < placerLimits.houseMs) return;
  state.houseKeptAtMs = nowMs;
  for (const revision of state.revisions.values()) expireStarts(state, revision, nowMs, out);
  reclaimIdle(state, nowMs, out);
  forgetSpent(state, nowMs);
  for (const pool of state.pools.values()) {
    for (const environment of pool.filter((one) => isOld(one, nowMs))) {
      pool.splice(pool.indexOf(environment), 1);
      dismiss(environment, out);
    }
  }
}

function reclaimIdle(state: PlacerState, nowMs: number, out: Decision[]): void {
  let dismissed = 0;
  for (const revision of state.revisions.values()) {
    if (revision.idle.length === 0) continue;
    for (const environment of [...revision.idle]) {
      if (dismissed >= placerLimits.reclaimedMaxPerTick) return;
      if (!isDue(state, revision, environment, nowMs)) continue;
      dismiss(environment, out);
      dismissed++;
    }
  }
}

function byNeed(a: RevisionState, b: RevisionState): number {
  return comesBefore(a, b) ? -1 : 1;
}

function expireStarts(state: PlacerState, revision: RevisionState, nowMs: number, out: Decision[]): void {
  for (const [startId, start] of [...revision.creating]) {
    const tookMs = nowMs - start.sinceMs;
    if (!start.hangs && tookMs >= placerLimits.hangsMs) startHangs(state, revision, start);
    if (tookMs < placerLimits.startMsMax) continue;
    const message = `its pod did not come up within ${placerLimits.startMsMax / 1000} s`;
    startFailed(state, revision, startId, { kind: "slow", message }, nowMs, out);
  }
}

/** C3: nobody waits past the bound. The line is in order of time, so the first in time ends the look. */
function expireWaiters(state: PlacerState, revision: RevisionState, nowMs: number, out: Decision[]): void {
  for (const waiter of [...revision.waiting.values()]) {
    const waitedMs = nowMs - waiter.sinceMs;
    if (waitedMs < state.options.waitMsMax) return;
    const { failure } = revision;
    const refusal: Refusal =
      failure === undefined ? { kind: "waited", waitedMs } : { kind: "cannotStart", failure: failure.last };
    refuseWaiter(state, revision, waiter, refusal, out);
  }
}

function isDue(
  state: PlacerState,
  revision: RevisionState,
  environment: Environment,
  nowMs: number,
): boolean {
  if (environment.work.state !== "idle") return false;
  const { idleMsMax, failedInitKeptMs } = state.options;
  const idleMs = nowMs - environment.work.sinceMs;
  if (isOld(environment, nowMs)) return true;
  // A failed init is kept for its pod's log, even when the function has moved on.
  if (environment.initFailed) return idleMs >= failedInitKeptMs;
  if (environment.kept) return false;
  return revision.retired || idleMs >= idleMsMax;
}
