/** What happens to the placer, and what it decides. */
import type { Refusal, StartFailure, Target, Want } from "./state.ts";

export type PlacerEvent =
  | { type: "want"; want: Want }
  /** The caller of a waiting want went away. */
  | { type: "cancel"; wantId: string }
  | { type: "joined"; environment: JoinedEnvironment }
  | { type: "initialized"; environmentId: string; failed: boolean }
  /** The environment is free again; `grant` is what it was used under. */
  | { type: "ended"; environmentId: string; grant: string }
  /** It will take nothing new. */
  | { type: "leaving"; environmentId: string }
  | { type: "gone"; environmentId: string }
  /** A pod asked for by `create` dialled home, and comes as `joined` next. */
  | { type: "started"; revisionKey: string; startId: string }
  | { type: "startFailed"; revisionKey: string; startId: string | undefined; failure: StartFailure }
  /** No function points to this revision any more, or one does again. */
  | { type: "retired"; revisionKey: string; retired: boolean }
  | { type: "tick" };

export interface JoinedEnvironment {
  id: string;
  namespace: string;
  shape: string;
  retireAtMs: number;
  /** It stays however long it is idle. */
  kept?: boolean;
  /**
   * unclaimed: of a pool. fresh: made for `target`, not yet assigned. assigned: was in use before this link, and busy with
   * a request of a placer before this one, if any.
   */
  as:
    | { kind: "unclaimed" }
    | { kind: "fresh"; target: Target }
    | { kind: "assigned"; target: Target; busyWith: string | undefined };
}

export type Decision =
  | { type: "grant"; wantId: string; environmentId: string; grant: string }
  | { type: "refuse"; wantId: string; refusal: Refusal }
  /** Send the assignment; a `grant` for it may follow at once. */
  | { type: "assign"; environmentId: string; target: Target }
  | { type: "create"; startId: string; target: Target }
  /** Tell it to leave. */
  | { type: "dismiss"; environmentId: string };
