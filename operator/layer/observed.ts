/** What a reconciliation knows of a LayerVersion before it decides. */
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import type { StoredCode } from "../code/acquire.ts";
import type { Problem } from "../function/problem.ts";
import type { VersionRecord } from "../version/record.ts";

export type ContentKnowledge =
  /** Not tried yet. */
  { state: "unknown" } | { state: "known"; content: StoredCode } | { state: "refused"; problem: Problem };

export interface LayerObserved {
  layer: LayerVersionObject;
  contentKnowledge: ContentKnowledge;
  /** The archive its status names is in the store. */
  isStored: boolean;
  /** The last number given under the layer's name, and to which object. */
  record: VersionRecord;
  nowMs: number;
}
