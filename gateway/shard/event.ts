/** What happens to a gateway's part in a shard, what it does about it, and what gateways say to each other. */
import type { LeaseRecord } from "../../kernel/lease/decide.ts";
import type { LeaseWrite } from "../../kernel/lease/write.ts";
import type { JoinedAs, PlacerEvent } from "../placer/event.ts";
import type { Refusal, Routes, Target, Unheard, Want } from "../placer/state.ts";
import type { LinkedEnvironment } from "./state.ts";

export type ShardEvent =
  /** A request of ours; `want.id` is its name here. */
  | { type: "want"; want: Omit<Want, "from"> }
  | { type: "cancel"; wantId: string }
  /** A grant of ours that starts nothing; `sent`: it was sent, and lost on the way. */
  | { type: "unused"; granted: Granted; sent: boolean }
  /** A grant of ours that was sent; what became of it we do not know. */
  | { type: "orphaned"; granted: Granted }
  | { type: "linked"; environment: LinkedEnvironment }
  | { type: "unlinked"; environmentId: string }
  | {
      type: "standing";
      environmentId: string;
      epoch: number;
      as: JoinedAs | undefined;
      last: string | undefined;
    }
  /** Pods and environments, of interest to the placer only. */
  | { type: "placer"; event: PlacerEvent }
  | { type: "peerOpen"; peer: string }
  | { type: "peerClosed"; peer: string }
  /** Its process is gone, or refuses connections. */
  | { type: "peerUnreachable"; peer: string }
  | { type: "peerSays"; peer: string; message: PlacerMessage }
  | { type: "clientOpen"; peer: string }
  | { type: "clientClosed"; peer: string }
  | { type: "clientSays"; peer: string; message: ClientMessage }
  | { type: "leaseRead"; call: number; lease: LeaseRecord | undefined }
  | { type: "leaseWritten"; call: number; lease: LeaseRecord }
  /** Somebody else wrote it first. */
  | { type: "leaseConflict"; call: number }
  /** What became of the call, nobody knows. */
  | { type: "leaseFailed"; call: number }
  | { type: "podsListed"; epoch: number; pods: Unheard[] }
  /** An alias as the API server has it, from the watch or read anew; undefined when it is gone. */
  | { type: "routed"; alias: string; routes: Routes | undefined }
  /** How long ago the watches were last heard of. */
  | { type: "watched"; staleMs: number }
  | { type: "leave" }
  /** Leaving, and no request of ours is left. */
  | { type: "quiet" }
  | { type: "tick" };

/** To the placer, from a gateway that has requests. */
export type ClientMessage =
  | { type: "want"; want: Omit<Want, "from"> }
  | { type: "cancel"; wantId: string }
  | { type: "unused"; environmentId: string; grant: string; sent: boolean }
  | { type: "orphaned"; environmentId: string; grant: string }
  | { type: "health"; staleMs: number };

/** From a gateway that is placer, was, or may be. */
export type PlacerMessage =
  /** 0: it does not place. */
  | { type: "placing"; epoch: number }
  | { type: "grant"; wantId: string; granted: Granted }
  | { type: "refuse"; wantId: string; refusal: Refusal };

/** An environment for one request. */
export interface Granted {
  /** Who granted it. */
  by: string;
  environmentId: string;
  grant: string;
  epoch: number;
  target: Target;
  /** The assignment goes first. */
  assigned: boolean;
}

export type ShardAction =
  | { type: "launch"; wantId: string; granted: Granted }
  | { type: "refuse"; wantId: string; refusal: Refusal }
  | { type: "assign"; environmentId: string; target: Target; epoch: number }
  | { type: "create"; startId: string; target: Target }
  | { type: "dismiss"; environmentId: string; epoch: number }
  | { type: "announce"; environmentId: string; epoch: number }
  | { type: "recall"; environmentId: string; grant: string; epoch: number }
  | { type: "toPlacer"; peer: string; message: ClientMessage }
  | { type: "toClient"; peer: string; message: PlacerMessage }
  | { type: "readLease"; call: number }
  | { type: "writeLease"; call: number; write: LeaseWrite }
  /** Before the first request is placed: aliases, told as `routed`, then the pods, both as the API server has them now. */
  | { type: "takeStock"; epoch: number }
  /** As the API server has them now, not as a watch saw them. */
  | { type: "listPods"; epoch: number };
