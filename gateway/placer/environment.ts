/** What an environment's news mean: it came, is ready, is free again, wants to leave, is gone. */
import { average } from "./average.ts";
import type { Decision, JoinedEnvironment } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { accountOf, functionOf, revisionOf, shapeKey } from "./lookup.ts";
import { returnPermit } from "./permit.ts";
import { assign, offerToWaiters } from "./start.ts";
import type { Environment, PlacerState, RevisionState } from "./state.ts";

export function environmentJoined(
  state: PlacerState,
  joined: JoinedEnvironment,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  environmentGone(state, joined.id);
  const environment: Environment = {
    id: joined.id,
    namespace: joined.namespace,
    shape: joined.shape,
    revision: undefined,
    work: { state: "unclaimed" },
    leaving: false,
    retireAtMs: joined.retireAtMs,
    kept: joined.kept === true,
    initFailed: false,
  };
  state.environments.set(environment.id, environment);
  switch (joined.as.kind) {
    case "unclaimed":
      if (!offerToWaiters(state, environment, nowMs, out)) poolFor(state, environment).push(environment);
      return environment.revision;
    case "fresh": {
      const revision = revisionOf(state, joined.as.target);
      assign(state, environment, revision, nowMs, out);
      return revision;
    }
    case "assigned": {
      const revision = revisionOf(state, joined.as.target);
      environment.revision = revision;
      revision.environments.add(environment);
      adopt(state, environment, revision, joined.as.busyWith, nowMs);
      return revision;
    }
  }
}

/** In use under a placer before this one: counted as in flight until it says it is done (C1). */
function adopt(
  state: PlacerState,
  environment: Environment,
  revision: RevisionState,
  busyWith: string | undefined,
  nowMs: number,
): void {
  if (busyWith === undefined) {
    becomeIdle(revision, environment, nowMs);
    return;
  }
  const fn = functionOf(state, revision.target);
  const account = accountOf(state, revision.target.namespace);
  fn.inFlight++;
  account.unreservedInFlight++;
  const permit = { wantId: busyWith, fn, account, returned: false };
  environment.work = { state: "busy", grant: "", permit, sinceMs: nowMs, claimedAtMs: undefined };
}

export function environmentInitialized(
  state: PlacerState,
  id: string,
  failed: boolean,
  nowMs: number,
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
  if (work.state === "initialising") becomeIdle(revision, environment, nowMs);
  return revision;
}

/** The permit comes back (C3). An `end` under another grant than the current one is late news and changes nothing. */
export function environmentEnded(
  state: PlacerState,
  id: string,
  grant: string,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  const environment = state.environments.get(id);
  const revision = environment?.revision;
  if (environment === undefined || revision === undefined) return undefined;
  const { work } = environment;
  if (work.state !== "busy" || (work.grant !== "" && work.grant !== grant)) return undefined;
  returnPermit(work.permit);
  if (work.claimedAtMs === undefined)
    revision.durationMs = average(revision.durationMs, nowMs - work.sinceMs);
  becomeIdle(revision, environment, nowMs);
  if (environment.retireAtMs <= nowMs || environment.leaving) dismiss(environment, out);
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

/** Its permit, if it holds one, comes back: nothing of it can run any more. */
export function environmentGone(state: PlacerState, id: string): RevisionState | undefined {
  const environment = state.environments.get(id);
  if (environment === undefined) return undefined;
  state.environments.delete(id);
  withdraw(state, environment);
  if (environment.work.state === "busy") returnPermit(environment.work.permit);
  environment.revision?.environments.delete(environment);
  return environment.revision;
}

/** Tells an environment that is doing nothing to leave. */
export function dismiss(environment: Environment, out: Decision[]): void {
  environment.leaving = true;
  const { revision } = environment;
  if (revision !== undefined) remove(revision.idle, environment);
  out.push({ type: "dismiss", environmentId: environment.id });
}

function becomeIdle(revision: RevisionState, environment: Environment, nowMs: number): void {
  environment.work = { state: "idle", sinceMs: nowMs };
  if (environment.leaving) return;
  if (environment.initFailed) revision.idle.unshift(environment);
  else revision.idle.push(environment);
}

/** Out of every list that work is given from. */
function withdraw(state: PlacerState, environment: Environment): void {
  if (environment.work.state === "unclaimed") remove(poolFor(state, environment), environment);
  if (environment.work.state === "idle" && environment.revision !== undefined)
    remove(environment.revision.idle, environment);
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
