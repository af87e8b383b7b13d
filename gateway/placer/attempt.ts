/** Attempts to give a revision an environment: those under way, and what became of the last. */

/** Why an environment could not be started, in words for the caller. */
export interface StartFailure {
  /** quota: refused for resources, so a 429; admission, image, code …: 502 or 503 with the sentence. */
  kind:
    | "quota"
    | "admission"
    | "unschedulable"
    | "image"
    | "configuration"
    | "code"
    | "slow"
    | "deleted"
    | "crashed"
    | "unavailable";
  message: string;
}

/** A pod under way. */
export interface Start {
  sinceMs: number;
  /** It has taken so long that it waits for something, an image or a node: no others wait for it. */
  hangs: boolean;
}

/** Of a pod that was to be made, or of an environment that was there and could not become the revision's. */
export interface Failure {
  of: "pod" | "environment";
  last: StartFailure;
  times: number;
  atMs: number;
  againAtMs: number;
}
