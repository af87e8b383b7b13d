/**
 * What the placer knows. Changed only by `step`, which reads no clock and does no IO: invariants C1–C3 are about this state
 * and are asserted on it (`check.ts`).
 */

/** What a request is placed for: made once by the catalog for each function and revision, shared by all its wants. */
export interface Target {
  /** `namespace/revision`. */
  key: string;
  /** `namespace/functionName`. */
  functionKey: string;
  namespace: string;
  /** Shape of its environments, or undefined when each needs a pod of its own. */
  poolShape: string | undefined;
}

/** C1's limits, as the specs and settings say at the moment of the want. */
export interface Caps {
  /** The function's reserved concurrency. */
  reserved: number | undefined;
  /** What its namespace's unreserved functions may have in flight together. */
  unreserved: number;
}

export interface Want {
  id: string;
  target: Target;
  caps: Caps;
  /** Bytes held in memory while it waits. */
  bytes: number;
}

export type Refusal =
  | {
      kind: "throttled";
      reason: "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded";
    }
  /** Too many or too large requests wait already. */
  | { kind: "full"; what: "requests" | "bytes" }
  /** Waited as long as it may. */
  | { kind: "waited"; waitedMs: number }
  | { kind: "cannotStart"; failure: StartFailure };

/** Why an environment could not be started, in words for the caller. */
export interface StartFailure {
  /** quota: refused for resources, so a 429; admission, image, code …: 502 or 503 with the sentence. */
  kind: "quota" | "admission" | "unschedulable" | "image" | "code" | "slow" | "crashed" | "unavailable";
  message: string;
}

/** In flight, from admission until `end` (C1); given back exactly once (C3). */
export interface Permit {
  wantId: string;
  fn: FunctionState;
  /** Where it counts besides: the namespace's unreserved pool, or nowhere when reserved. */
  account: AccountState | undefined;
  returned: boolean;
}

export interface Waiter {
  want: Want;
  permit: Permit;
  sinceMs: number;
}

export interface FunctionState {
  key: string;
  inFlight: number;
}

export interface AccountState {
  namespace: string;
  unreservedInFlight: number;
  waitingBytes: number;
}

export type EnvironmentWork =
  /** In a pool, any revision's of its shape. */
  | { state: "unclaimed" }
  /** Assigned, not yet initialised, nobody's. */
  | { state: "initialising"; sinceMs: number }
  | { state: "busy"; grant: string; permit: Permit; sinceMs: number; claimedAtMs: number | undefined }
  | { state: "idle"; sinceMs: number };

export interface Environment {
  id: string;
  namespace: string;
  shape: string;
  /** C2: set once, never changed. */
  revision: RevisionState | undefined;
  work: EnvironmentWork;
  /** Takes no more work; goes when what it does is done. */
  leaving: boolean;
  retireAtMs: number;
  /** Provisioned: it stays however long it is idle, and is used before others. */
  kept: boolean;
  /** Its init failed: kept for a while to be looked at, used last. */
  initFailed: boolean;
}

export interface RevisionState {
  key: string;
  target: Target;
  waiting: Map<string, Waiter>;
  /** Most recently used last. */
  idle: Environment[];
  environments: Set<Environment>;
  /** Pods being created for it: start id → since when. */
  creating: Map<string, number>;
  failure: { last: StartFailure; times: number; againAtMs: number } | undefined;
  durationMs: number | undefined;
  startMs: number | undefined;
  /** No function points to it any more. */
  retired: boolean;
}

export interface PlacerOptions {
  waitMsMax: number;
  waitingMaxPerFunction: number;
  waitingBytesMax: number;
  waitingBytesMaxPerNamespace: number;
  idleMsMax: number;
  failedInitKeptMs: number;
}

export interface PlacerState {
  options: PlacerOptions;
  functions: Map<string, FunctionState>;
  accounts: Map<string, AccountState>;
  revisions: Map<string, RevisionState>;
  environments: Map<string, Environment>;
  /** Unclaimed environments by shape key, most recently joined last. */
  pools: Map<string, Environment[]>;
  /** Every want that waits, by id. */
  waiters: Map<string, RevisionState>;
  waitingBytes: number;
  starting: number;
  /** What a pod took lately from being asked for to dialling home, once one has. */
  createMs: number | undefined;
  nextId: number;
}

export function createPlacerState(options: PlacerOptions): PlacerState {
  return {
    options,
    functions: new Map(),
    accounts: new Map(),
    revisions: new Map(),
    environments: new Map(),
    pools: new Map(),
    waiters: new Map(),
    waitingBytes: 0,
    starting: 0,
    createMs: undefined,
    nextId: 0,
  };
}
