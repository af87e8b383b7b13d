/** What happens to the placer, and what it decides. */
import type { StartFailure } from "./attempt.ts";
import type { Refusal, Routes, Target, Want } from "./state.ts";

export interface Ended {
  environmentId: string;
  /** What it was used under. */
  grant: string;
  /** What the invocation took by the environment's own clock, if it says so: nothing of what gateway and network add. */
  ranMs?: number | undefined;
  /** Of that, how long it only stood in the line for a CPU. */
  cpuWaitMs?: number | undefined;
}

export type PlacerEvent =
  | { type: "want"; want: Want }
  /** The caller of a waiting want went away. */
  | { type: "cancel"; wantId: string }
  /** It acknowledged this placer's epoch and said what it is. */
  | { type: "joined"; environment: JoinedEnvironment }
  /** Its link broke: it may come back. */
  | { type: "unlinked"; environmentId: string }
  | { type: "initialized"; environmentId: string; failed: boolean }
  /** The environment is free again. */
  | ({ type: "ended" } & Ended)
  /** Who asked says that the request never came there and never will; `sent`: but the assignment may have. */
  | { type: "unused"; environmentId: string; grant: string; sent: boolean }
  /** Who asked has given it up, and does not know what became of it. */
  | { type: "orphaned"; environmentId: string; grant: string }
  | { type: "recalled"; environmentId: string; grant: string; was: "notStarted" | "running" | "ended" }
  /** The gateway is gone, with its wants; what it was granted it may have sent or not. */
  | { type: "askerGone"; from: string }
  /** Those that had joined, and aliases heard of, as this number or before are now known to whoever is placer next. */
  | { type: "confirmed"; joinedAs: number }
  /** It will take nothing new. */
  | { type: "leaving"; environmentId: string }
  /** Its pod has ended: nothing of it can run any more. */
  | { type: "gone"; environmentId: string }
  /** A pod asked for by `create` dialled home, and comes as `joined` next. */
  | { type: "started"; revisionKey: string; startId: string }
  | { type: "startFailed"; revisionKey: string; startId: string | undefined; failure: StartFailure }
  /** The pod of this start is there and no node has room for it. */
  | { type: "crowded"; revisionKey: string; startId: string }
  /** No function points to this revision any more, or one does again. */
  | { type: "retired"; revisionKey: string; retired: boolean }
  /** An alias as the watch has it now; undefined when it is gone. */
  | { type: "routed"; alias: string; routes: Routes | undefined }
  | { type: "tick" };

export interface JoinedEnvironment {
  id: string;
  namespace: string;
  shape: string;
  retireAtMs: number;
  /** It stays however long it is idle. */
  kept?: boolean;
  as: JoinedAs;
  /** The latest grant that came to it. */
  last: string | undefined;
}

/** unclaimed: of a pool. fresh: made for `target`, not yet assigned. assigned: `running` is the grant in use, whoever gave it. */
export type JoinedAs =
  | { kind: "unclaimed" }
  | { kind: "fresh"; target: Target }
  | { kind: "assigned"; target: Target; reserved: boolean; running: string | undefined };

export type Decision =
  /** `assigned`: send the assignment first, the request right behind it. */
  | {
      type: "grant";
      wantId: string;
      to: string;
      environmentId: string;
      grant: string;
      target: Target;
      assigned: boolean;
    }
  | { type: "refuse"; wantId: string; to: string; refusal: Refusal }
  | { type: "assign"; environmentId: string; target: Target }
  | { type: "create"; startId: string; target: Target }
  /** Ask for the grant back: whoever had it is gone. */
  | { type: "recall"; environmentId: string; grant: string }
  /** See whether the epoch is still ours, and tell by `confirmed`. */
  | { type: "confirm"; joinedAs: number }
  /** Tell it to leave. */
  | { type: "dismiss"; environmentId: string };
