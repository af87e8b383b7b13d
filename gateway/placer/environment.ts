/** What an environment's news mean: it is ready, is free again, wants to leave, is away, is gone. Its coming is `join.ts`'s. */
import { assign } from "./assign.ts";
import { average } from "./average.ts";
import type { Decision, Ended } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { shapeKey } from "./lookup.ts";
import { returnPermit } from "./permit.ts";
import { offerToWaiters } from "./pool.ts";
import type { Environment, PlacerState, RevisionState } from "./state.ts";
import { hearOf } from "./unheard.ts";

/** Puts it where work is given from, or gives it work at once. */
export function offer(
  state: PlacerState,
  environment: Environment,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  const { revision, work, leaving, linked, confirmed } = environment;
  if (leaving || !linked || !confirmed) return revision;
  switch (work.state) {
    case "unclaimed":
      if (!offerToWaiters(state, environment, nowMs, out)) poolFor(state, environment).push(environment);
      return environment.revision;
    case "made":
      if (revision !== undefined) assign(state, environment, revision, nowMs, out);
      return revision;
    case "idle":
      if (environment.initFailed) revision?.idle.unshift(environment);
      else revision?.idle.push(environment);
      return revision;
    case "initialising":
    case "busy":
      return revision;
  }
}

export function environmentInitialized(
  state: PlacerState,
  id: string,
  failed: boolean,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  const environment = state.environments.get(id);
  const revision = environment?.revision;
  if (environment === undefined || revision === undefined) return undefined;
  environment.initFailed = failed;
  const { work } = environment;
  const claimedAtMs =
    work.state === "initialising" ? work.sinceMs : work.state === "busy" ? work.claimedAtMs : undefined;
  if (claimedAtMs !== undefined && !failed) revision.startMs = average(revision.startMs, nowMs - claimedAtMs);
  if (!failed) revision.failure = undefined;
  if (work.state === "initialising") becomeIdle(state, environment, nowMs, out);
  return revision;
}

/** The permit comes back (C3). An `end` under another grant than the current one is late news and changes nothing. */
export function environmentEnded(
  state: PlacerState,
  { environmentId, grant, ranMs, cpuWaitMs = 0 }: Ended,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  const environment = state.environments.get(environmentId);
  const revision = environment?.revision;
  if (environment === undefined || revision === undefined) return undefined;
  const { work } = environment;
  if (work.state !== "busy" || work.grant !== grant) return undefined;
  returnPermit(work.permit);
  if (work.claimedAtMs === undefined) {
    const durationMs = nowMs - work.sinceMs;
    revision.durationMs = average(revision.durationMs, durationMs);
    const tookMs = Math.min(ranMs ?? durationMs, durationMs);
    const workMs = Math.max(tookMs * placerLimits.workShareMin, tookMs - cpuWaitMs);
    revision.workMs = average(revision.workMs, workMs);
  }
  becomeIdle(state, environment, nowMs, out);
  if (environment.linked && (isOld(environment, nowMs) || environment.leaving)) dismiss(environment, out);
  return revision;
}

/**
 * The grant will never start anything: its asker says that it was not sent (`sent` false, so an assignment was not either), or the
 * environment that it was asked back from says so.
 */
export function grantReturned(
  state: PlacerState,
  { id, grant, sent }: { id: string; grant: string; sent: boolean },
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  const environment = state.environments.get(id);
  const revision = environment?.revision;
  if (environment === undefined || revision === undefined) return undefined;
  const { work } = environment;
  if (work.state !== "busy" || work.grant !== grant) return undefined;
  returnPermit(work.permit);
  if (!work.assigned) {
    becomeIdle(state, environment, nowMs, out);
    putLast(environment);
    return revision;
  }
  if (sent) {
    // Whether the assignment came there, nobody knows: it is of no use to anybody.
    environment.work = { state: "idle", sinceMs: nowMs };
    if (environment.linked) dismiss(environment, out);
    else forget(state, environment);
    return revision;
  }
  if (environment.dedicated) environment.work = { state: "made" };
  else {
    revision.environments.delete(environment);
    environment.revision = undefined;
    environment.work = { state: "unclaimed" };
  }
  if (!environment.linked) forget(state, environment);
  else offer(state, environment, nowMs, out);
  return revision;
}

/** `leaving` in its own words: no new work; what it does is finished. */
export function environmentLeaving(state: PlacerState, id: string): RevisionState | undefined {
  const environment = state.environments.get(id);
  if (environment === undefined) return undefined;
  environment.leaving = true;
  withdraw(state, environment);
  return environment.revision;
}

/** Out of reach: in use or granted, it counts on until it is heard of; else there is nothing to remember. */
export function environmentUnlinked(state: PlacerState, id: string): RevisionState | undefined {
  const environment = state.environments.get(id);
  if (environment === undefined) return undefined;
  environment.linked = false;
  if (environment.work.state === "busy") return environment.revision;
  forget(state, environment);
  return environment.revision;
}

/** Its permit, if it holds one, comes back: nothing of it can run any more. */
export function environmentGone(state: PlacerState, id: string): RevisionState | undefined {
  hearOf(state, id);
  const environment = state.environments.get(id);
  if (environment === undefined) return undefined;
  if (environment.work.state === "busy") returnPermit(environment.work.permit);
  forget(state, environment);
  return environment.revision;
}

/** Old enough to leave. A provisioned one leaves when the operator has another in its place, and says so. */
export function isOld({ kept, retireAtMs }: Environment, nowMs: number): boolean {
  return !kept && retireAtMs <= nowMs;
}

/** Tells an environment that is doing nothing to leave. */
export function dismiss(environment: Environment, out: Decision[]): void {
  environment.leaving = true;
  const { revision } = environment;
  if (revision !== undefined) remove(revision.idle, environment);
  out.push({ type: "dismiss", environmentId: environment.id });
}

function becomeIdle(state: PlacerState, environment: Environment, nowMs: number, out: Decision[]): void {
  environment.work = { state: "idle", sinceMs: nowMs };
  if (environment.linked) offer(state, environment, nowMs, out);
  else forget(state, environment);
}

/** Behind the others: who asked could not reach it. */
function putLast(environment: Environment): void {
  const idle = environment.revision?.idle;
  if (idle === undefined || !idle.includes(environment)) return;
  remove(idle, environment);
  idle.unshift(environment);
}

function forget(state: PlacerState, environment: Environment): void {
  state.environments.delete(environment.id);
  state.unconfirmed.delete(environment.id);
  withdraw(state, environment);
  environment.revision?.environments.delete(environment);
}

/** Out of every list that work is given from. */
function withdraw(state: PlacerState, environment: Environment): void {
  if (environment.work.state === "unclaimed") remove(poolFor(state, environment), environment);
  if (environment.revision !== undefined) remove(environment.revision.idle, environment);
}

function poolFor(state: PlacerState, environment: Environment): Environment[] {
  const key = shapeKey(environment.namespace, environment.shape);
  const known = state.pools.get(key);
  if (known !== undefined) return known;
  const made: Environment[] = [];
  state.pools.set(key, made);
  return made;
}

function remove(list: Environment[], environment: Environment): void {
  const index = list.indexOf(environment);
  if (index >= 0) list.splice(index, 1);
}
