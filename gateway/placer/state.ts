/**
 * What the placer knows. Changed only by `step`, which reads no clock and does no IO: invariants C1–C3 are about this state
 * and are asserted on it (`check.ts`).
 */
import type { ThrottleReason } from "../../crds/errors.ts";
import type { Failure, Start, StartFailure } from "./attempt.ts";
import type { PlacerOptions } from "./options.ts";
import type { Bucket, Growth } from "./pace.ts";

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
  /** What all functions of its namespace may have in flight together. */
  account: number;
  /** Environments kept provisioned for its revision: so many of its invocations draw on them. */
  provisioned: number;
  /** What of `reserved`, or where there is none of `unreserved`, provisioned environments take: nothing else may draw on it. */
  setAside: number;
}

/** Chance is drawn where the request arrives, once, whoever is asked for it and however often. */
export interface AliasDraw {
  /** `namespace/functionName:alias`. */
  alias: string;
  /** In [0, 1). */
  chance: number;
}

/** What an alias's invocations go to; the weights add up to 1. */
export type Routes = readonly { weight: number; target: Target; caps: Caps }[];

export interface Want {
  id: string;
  /** The gateway that asks. */
  from: string;
  target: Target;
  caps: Caps;
  /** It asks for an alias: the placer draws the version, and `target` is what the gateway that asks would have drawn. */
  draw?: AliasDraw;
  /** Bytes held in memory while it waits. */
  bytes: number;
  /** It was let in before, and the environment that it was given started nothing: it has taken its token of the rate. */
  paced?: boolean;
}

export type Refusal =
  | {
      kind: "throttled";
      reason: Extract<
        ThrottleReason,
        | "ReservedFunctionConcurrentInvocationLimitExceeded"
        | "ConcurrentInvocationLimitExceeded"
        | "ReservedFunctionInvocationRateLimitExceeded"
        | "FunctionInvocationRateLimitExceeded"
      >;
      /** When it is worth trying again. */
      retryMs: number;
      /** It has waited for environments to be heard of, in vain. */
      wasHeld?: boolean;
    }
  /** Too many or too large requests wait already. */
  | { kind: "full"; what: "requests" | "bytes" }
  /** Waited as long as it may. */
  | { kind: "waited"; waitedMs: number }
  | { kind: "cannotStart"; failure: StartFailure };

/** In flight, from admission until `end` (C1); given back exactly once (C3). */
export interface Permit {
  wantId: string;
  from: string;
  fn: FunctionState;
  account: AccountState;
  /** It counts in the namespace's unreserved pool besides. */
  unreserved: boolean;
  /** It draws on what is set aside for this revision's provisioned environments. */
  provisioned: RevisionState | undefined;
  returned: boolean;
}

export interface Waiter {
  want: Want;
  permit: Permit;
  sinceMs: number;
}

/** Wants that cannot be admitted yet: for what environments not heard of may be running, or for an alias not heard of. */
export interface Held {
  want: Want;
  sinceMs: number;
  /** Those of one alias, or of one version, stand in line. */
  line: string;
}

export interface FunctionState {
  key: string;
  inFlight: number;
  /** Of those, what draws on provisioned concurrency. */
  provisionedInFlight: number;
  /** Environments of it that have not acknowledged this placer, each of which may be in use. */
  unheard: number;
  /** Wants of it that are held. */
  held: number;
  /** Requests a second. */
  rate: Bucket;
  /** Of its concurrency, where that is the rule: each environment more takes a token. */
  growth: Growth;
}

export interface AccountState {
  namespace: string;
  inFlight: number;
  unreservedInFlight: number;
  /** What of either draws on provisioned concurrency. */
  provisionedInFlight: number;
  unreservedProvisionedInFlight: number;
  waitingBytes: number;
  /** Environments that have not acknowledged this placer, and those of them that were nobody's when last heard of. */
  unheard: number;
  unheardUnclaimed: number;
  /** Wants that are held, by their line, oldest first. */
  held: Map<string, Set<Held>>;
  /** Pods under way for its functions; those that hang are counted apart. */
  starting: number;
  hanging: number;
  /** Environments sent away for its pods since one of those last started, and how often that was in vain. */
  room: { made: number; inVain: number; againAtMs: number } | undefined;
  /** Something has changed since those were looked at: a permit has come back, an environment or an alias was heard of. */
  hasRoom: boolean;
  rate: Bucket;
  growth: Growth;
}

/** An environment's pod that was there when this placer took over, until it acknowledges the new epoch or is gone. */
export interface Unheard {
  id: string;
  namespace: string;
  /** `namespace/functionName`; undefined while it may be any function's. */
  functionKey: string | undefined;
}

export type EnvironmentWork =
  /** In a pool, any revision's of its shape. */
  | { state: "unclaimed" }
  /** Its revision's by its pod, not assigned yet. */
  | { state: "made" }
  /** Assigned, not yet initialised, nobody's. */
  | { state: "initialising"; sinceMs: number }
  | {
      state: "busy";
      grant: string;
      permit: Permit;
      sinceMs: number;
      claimedAtMs: number | undefined;
      /** The grant carried the assignment. */
      assigned: boolean;
      /** Who asked is gone: whether it has sent the request, only the environment knows. */
      orphaned: boolean;
    }
  | { state: "idle"; sinceMs: number };

export interface Environment {
  id: string;
  namespace: string;
  shape: string;
  /** C2: set once, never changed. */
  revision: RevisionState | undefined;
  /** Its pod was made for its revision and may be nobody else's. */
  dedicated: boolean;
  /** Its link to this gateway is open; work is given to no other. */
  linked: boolean;
  /** The epoch was seen to be still ours after it came: who is placer next will find it in the list of pods (C1). */
  confirmed: boolean;
  joinedAs: number;
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
  provisionedInFlight: number;
  /** Pods being created for it, by start id. */
  creating: Map<string, Start>;
  failure: Failure | undefined;
  /** Pods of its that somebody deleted before they had started, since one last did. */
  startsDeleted: number;
  /** Environments were sent away for its pods since one of them last started. */
  roomMade: boolean;
  durationMs: number | undefined;
  /** Of that, what its invocations take in the environment where no CPU has to be waited for. */
  workMs: number | undefined;
  startMs: number | undefined;
  /** When it last took an environment from its pool. */
  claimedAtMs: number | undefined;
  /** No function points to it any more. */
  retired: boolean;
}

export interface PlacerState {
  options: PlacerOptions;
  epoch: number;
  functions: Map<string, FunctionState>;
  accounts: Map<string, AccountState>;
  revisions: Map<string, RevisionState>;
  environments: Map<string, Environment>;
  /** Unclaimed environments by shape key, most recently joined last. */
  pools: Map<string, Environment[]>;
  /** Every want that waits, by id. */
  waiters: Map<string, RevisionState>;
  /** Every want that is held, by id, and the accounts that they are in. */
  held: Map<string, Held>;
  holding: Set<AccountState>;
  /** By alias, what is drawn from now; and what was heard of since the epoch was last confirmed. */
  routes: Map<string, Routes>;
  routesUnconfirmed: Map<string, { routes: Routes; heardAs: number }>;
  unheard: Map<string, Unheard>;
  /** Environments that came since the epoch was last confirmed, by id. */
  unconfirmed: Set<string>;
  waitingBytes: number;
  starting: number;
  /** What a pod took lately from being asked for to dialling home, once one has. */
  createMs: number | undefined;
  nextId: number;
  /** When all records were last looked through. */
  houseKeptAtMs: number;
}

/** Of an epoch before which no environment was. */
export function createPlacerState(options: PlacerOptions, epoch: number): PlacerState {
  return {
    options,
    epoch,
    functions: new Map(),
    accounts: new Map(),
    revisions: new Map(),
    environments: new Map(),
    pools: new Map(),
    waiters: new Map(),
    held: new Map(),
    holding: new Set(),
    routes: new Map(),
    routesUnconfirmed: new Map(),
    unheard: new Map(),
    unconfirmed: new Set(),
    waitingBytes: 0,
    starting: 0,
    createMs: undefined,
    nextId: 0,
    houseKeptAtMs: Number.NEGATIVE_INFINITY,
  };
}
