/**
 * An environment acknowledged this placer's epoch: from here on it obeys no older one, and what it says of itself is the whole truth.
 * It is given work once the epoch was confirmed after it came, so that the next placer cannot miss it (C1).
 */
import { hasCome, readGrant } from "../../crds/link/grant.ts";
import { environmentEnded, environmentGone, offer } from "./environment.ts";
import type { Decision, JoinedAs, JoinedEnvironment } from "./event.ts";
import { accountOf, functionOf, revisionOf } from "./lookup.ts";
import { takePermit } from "./permit.ts";
import { serveWaiters } from "./serve.ts";
import type { Environment, PlacerState, RevisionState } from "./state.ts";
import { hearOf } from "./unheard.ts";

export function environmentJoined(
  state: PlacerState,
  joined: JoinedEnvironment,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  const known = state.environments.get(joined.id);
  if (known?.work.state === "busy") return comeBack(state, known, joined, nowMs, out);
  if (known !== undefined && isRepeated(known, joined.as)) return undefined;
  if (known !== undefined) environmentGone(state, known.id);
  const wasListed = hearOf(state, joined.id);
  const environment: Environment = {
    id: joined.id,
    namespace: joined.namespace,
    shape: joined.shape,
    revision: undefined,
    dedicated: joined.as.kind === "fresh",
    linked: true,
    confirmed: wasListed,
    joinedAs: state.nextId++,
    work: { state: "unclaimed" },
    leaving: false,
    retireAtMs: joined.retireAtMs,
    kept: joined.kept === true,
    initFailed: false,
  };
  state.environments.set(environment.id, environment);
  become(state, environment, joined.as, nowMs);
  if (!environment.confirmed) {
    state.unconfirmed.add(environment.id);
    out.push({ type: "confirm", joinedAs: environment.joinedAs });
    return environment.revision;
  }
  return offer(state, environment, nowMs, out);
}

/** It says what is known of it: nothing changes by that, however often it says so. */
function isRepeated({ revision, work }: Environment, as: JoinedAs): boolean {
  switch (work.state) {
    case "unclaimed":
      return as.kind === "unclaimed";
    case "made":
      return as.kind === "fresh" && as.target.key === revision?.target.key;
    case "initialising":
    case "idle":
      return as.kind === "assigned" && as.running === undefined && as.target.key === revision?.target.key;
    case "busy":
      return false;
  }
}

/** The epoch was still ours after these came. */
export function environmentsConfirmed(
  state: PlacerState,
  joinedAs: number,
  nowMs: number,
  out: Decision[],
): RevisionState[] {
  const confirmed: Environment[] = [];
  for (const id of state.unconfirmed) {
    const environment = state.environments.get(id);
    if (environment !== undefined && environment.joinedAs > joinedAs) continue;
    state.unconfirmed.delete(id);
    if (environment === undefined) continue;
    environment.confirmed = true;
    if (!environment.leaving) confirmed.push(environment);
  }
  const offerAll = (some: Environment[]) => some.flatMap((one) => offer(state, one, nowMs, out) ?? []);
  // Whoever waits is served by what is idle first, provisioned ones above all, and only then takes from a pool.
  const touched = offerAll(confirmed.filter(({ work }) => work.state === "idle"));
  for (const revision of touched) serveWaiters(state, revision, nowMs, out);
  return [...touched, ...offerAll(confirmed.filter(({ work }) => work.state !== "idle"))];
}

function become(state: PlacerState, environment: Environment, as: JoinedAs, nowMs: number): void {
  if (as.kind === "unclaimed") return;
  const revision = revisionOf(state, as.target);
  environment.revision = revision;
  revision.environments.add(environment);
  if (as.kind === "fresh") environment.work = { state: "made" };
  else if (as.running === undefined) environment.work = { state: "idle", sinceMs: nowMs };
  else count(state, environment, revision, { grant: as.running, reserved: as.reserved }, nowMs);
}

/** In use under a placer before this one: in flight until it says that it is done (C1). */
function count(
  state: PlacerState,
  environment: Environment,
  revision: RevisionState,
  { grant, reserved }: { grant: string; reserved: boolean },
  nowMs: number,
): void {
  const fn = functionOf(state, revision.target.functionKey);
  const account = accountOf(state, revision.target.namespace);
  const provisioned = environment.kept ? revision : undefined;
  const permit = takePermit({ wantId: grant, from: "", fn, account, unreserved: !reserved, provisioned });
  environment.work = {
    state: "busy",
    grant,
    permit,
    sinceMs: nowMs,
    claimedAtMs: undefined,
    assigned: false,
    orphaned: false,
  };
}

/** Its link broke while it was in use or granted: still at it, done meanwhile, or it has not come there yet. */
function comeBack(
  state: PlacerState,
  environment: Environment,
  joined: JoinedEnvironment,
  nowMs: number,
  out: Decision[],
): RevisionState | undefined {
  const { work } = environment;
  if (work.state !== "busy") return undefined;
  environment.linked = true;
  const { grant, orphaned } = work;
  if (joined.as.kind === "assigned" && joined.as.running === grant) return environment.revision;
  // An older epoch's is obeyed no more: what does not run of it is over.
  const isOver = hasCome(grant, joined.last) || readGrant(grant)?.epoch !== state.epoch;
  if (isOver) {
    if (joined.as.kind !== "assigned") environment.leaving = true;
    return environmentEnded(state, { environmentId: environment.id, grant }, nowMs, out);
  }
  if (orphaned) out.push({ type: "recall", environmentId: environment.id, grant });
  return environment.revision;
}
