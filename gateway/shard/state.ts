/**
 * One gateway's part in one placement shard: whether it is the shard's placer, whom it follows else, and its own requests that have
 * no environment yet. Changed only by `step`, which reads no clock and does no IO; the simulator runs several of them.
 */
import type { Sighting } from "../../kernel/lease/decide.ts";
import type { PlacerOptions } from "../placer/options.ts";
import type { PlacerState, Routes, Want } from "../placer/state.ts";

/** A request without an environment, asked of the placer under `attempt`; nobody is asked while `at` is undefined. */
export interface OpenWant {
  want: Omit<Want, "from">;
  sinceMs: number;
  at: string | undefined;
  attempt: string;
}

export interface LinkedEnvironment {
  id: string;
  namespace: string;
  shape: string;
  retireAtMs: number;
  /** It stays however long it is idle. */
  kept: boolean;
}

export type Seat =
  | { at: "standby" }
  /** Has asked for the Lease. */
  | { at: "taking" }
  /** Holds it, and asks which environments there are. */
  | { at: "counting"; epoch: number; sinceMs: number }
  | { at: "placing"; epoch: number; sinceMs: number; placer: PlacerState };

/** A call to Kubernetes under way; one at a time. */
export interface Call {
  id: number;
  what: "read" | "take" | "renew" | "release";
  sinceMs: number;
  /** Environments up to this had come when it was sent. */
  joinedAs: number;
  /** Something has happened to the holder since: what a reading says may be older than that. */
  isOutdated: boolean;
}

export interface ShardState {
  /** This process, as it stands in the Lease. */
  self: string;
  options: PlacerOptions;
  /** The highest epoch heard of, from the Lease or another gateway and nobody else; who places under a lower one is not followed. */
  seenEpoch: number;
  seat: Seat;
  leaving: boolean;
  call: Call | undefined;
  sighting: Sighting | undefined;
  lookAtMs: number;
  renewAtMs: number;
  relistAtMs: number;
  /** Not by force before this. */
  takeFromMs: number;
  takeAgainMs: number;
  staleMs: number;
  /** Gateways we have a connection to, and the epoch under which they place; 0: they do not. */
  peers: Map<string, { epoch: number }>;
  /** Gateways that have a connection to us, and how old their watches are. */
  clients: Map<string, { staleMs: number }>;
  /** Processes that are gone, or refuse connections. */
  unreachable: Set<string>;
  open: Map<string, OpenWant>;
  /** Held in memory by those. */
  openBytes: number;
  linked: Map<string, LinkedEnvironment>;
  /** Of those, who says that it obeys an epoch above `seenEpoch`; and not before when the Lease is read for that. */
  doubted: Map<string, { epoch: number; heardAs: number }>;
  doubtAtMs: number;
  /** Told to leave for that: what they say of epochs is not looked into again as long as their link lasts. */
  disbelieved: Set<string>;
  /** Up to when readings for what has come were used up. */
  confirmAtMs: number;
  /** By alias, as the API server was last known to have it. */
  routes: Map<string, Routes>;
  nextId: number;
  /** Counted for metrics. */
  handovers: number;
  poolMisses: number;
  /** Environments claimed from a pool. */
  poolClaims: number;
}

export function createShardState(self: string, options: PlacerOptions): ShardState {
  return {
    self,
    options,
    seenEpoch: 0,
    seat: { at: "standby" },
    leaving: false,
    call: undefined,
    sighting: undefined,
    lookAtMs: Number.NEGATIVE_INFINITY,
    renewAtMs: 0,
    relistAtMs: 0,
    takeFromMs: Number.NEGATIVE_INFINITY,
    takeAgainMs: 0,
    staleMs: 0,
    peers: new Map(),
    clients: new Map(),
    unreachable: new Set(),
    open: new Map(),
    openBytes: 0,
    linked: new Map(),
    doubted: new Map(),
    doubtAtMs: Number.NEGATIVE_INFINITY,
    disbelieved: new Set(),
    confirmAtMs: Number.NEGATIVE_INFINITY,
    routes: new Map(),
    nextId: 0,
    handovers: 0,
    poolMisses: 0,
    poolClaims: 0,
  };
}
