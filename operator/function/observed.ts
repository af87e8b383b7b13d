/** What a reconciliation knows before it decides: the Function, and what the world holds of it. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { RevisionObject, RevisionSpec } from "../../crds/revision/schema.ts";
import type { VersionObject } from "../../crds/version/schema.ts";
import type { Reservation } from "../concurrency/reservation.ts";
import type { VersionRecord } from "../version/record.ts";
import type { Layers } from "./layers.ts";
import type { Problem } from "./problem.ts";

/** What a Revision takes from the source: an archive in the store, or an image and what to start in it. */
export type Code =
  | { packageType: "Zip"; code: NonNullable<RevisionSpec["code"]> }
  | { packageType: "Image"; image: NonNullable<RevisionSpec["image"]> };

export type CodeKnowledge =
  /** The source changed since the serving Revision's, and was not tried yet. */
  { state: "unknown" } | { state: "known"; code: Code } | { state: "refused"; problem: Problem };

export interface Remaining {
  name: string;
  uid: string;
}

export interface Observed {
  /** What `spec.layers` names, or why it cannot be had. */
  layers: Layers;
  function: FunctionObject;
  /** Name of an older Function object with the same Lambda name in the namespace. */
  elder: string | undefined;
  /** The Revision `status.revision` names, while it exists. */
  serving: RevisionObject | undefined;
  codeKnowledge: CodeKnowledge;
  /** What the spec refers to and is not there. */
  problems: Problem[];
  /** What `spec.reservedConcurrency` comes to. */
  reservation: Reservation;
  /** The last version number ever given under this name. */
  record: VersionRecord;
  /** The Version objects of the function; asked only where it publishes or is being deleted. */
  versions: VersionObject[];
  /** What else is still there of it; asked only of a Function being deleted. */
  remaining: { revisions: Remaining[]; aliases: Remaining[] };
  nowMs: number;
}
