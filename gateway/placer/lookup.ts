/** Finds or makes the records of functions, accounts and revisions. */
import { placerLimits } from "./limits.ts";
import { emptyBucket, emptyGrowth } from "./pace.ts";
import type { AccountState, FunctionState, PlacerState, RevisionState, Target } from "./state.ts";

export function shapeKey(namespace: string, shape: string): string {
  return `${namespace}/${shape}`;
}

/** What a pod is expected to take from being asked for to dialling home. */
export function createMsOf({ createMs }: PlacerState): number {
  return createMs ?? placerLimits.createMsExpected;
}

export function revisionOf(state: PlacerState, target: Target): RevisionState {
  const known = state.revisions.get(target.key);
  if (known !== undefined) {
    // The newest target counts: a function may have changed its limits while its revision stayed.
    known.target = target;
    return known;
  }
  const made: RevisionState = {
    key: target.key,
    target,
    waiting: new Map(),
    idle: [],
    environments: new Set(),
    provisionedInFlight: 0,
    creating: new Map(),
    failure: undefined,
    startsDeleted: 0,
    roomMade: false,
    durationMs: undefined,
    workMs: undefined,
    startMs: undefined,
    claimedAtMs: undefined,
    retired: false,
  };
  state.revisions.set(target.key, made);
  return made;
}

export function functionOf(state: PlacerState, key: string): FunctionState {
  const known = state.functions.get(key);
  if (known !== undefined) return known;
  const made: FunctionState = {
    key,
    inFlight: 0,
    provisionedInFlight: 0,
    unheard: 0,
    held: 0,
    rate: emptyBucket(),
    growth: emptyGrowth(),
  };
  state.functions.set(key, made);
  return made;
}

export function accountOf(state: PlacerState, namespace: string): AccountState {
  const known = state.accounts.get(namespace);
  if (known !== undefined) return known;
  const made: AccountState = {
    namespace,
    inFlight: 0,
    unreservedInFlight: 0,
    provisionedInFlight: 0,
    unreservedProvisionedInFlight: 0,
    waitingBytes: 0,
    unheard: 0,
    unheardUnclaimed: 0,
    held: new Map(),
    starting: 0,
    hanging: 0,
    room: undefined,
    hasRoom: false,
    rate: emptyBucket(),
    growth: emptyGrowth(),
  };
  state.accounts.set(namespace, made);
  return made;
}
