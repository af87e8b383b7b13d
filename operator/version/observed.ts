/** What a reconciliation knows of a Version before it decides. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { VersionObject } from "../../crds/version/schema.ts";
import type { ProvisionedNow } from "../provisioned/now.ts";
import type { VersionRecord } from "./record.ts";

export interface VersionObserved extends ProvisionedNow {
  version: VersionObject;
  /** The Function it names. */
  function: FunctionObject | undefined;
  /** What the Function's $LATEST runs. */
  serving: RevisionObject | undefined;
  /** Published already: what it runs for ever, while that exists. */
  revision: RevisionObject | undefined;
  /** The last number given under the function's name. */
  record: VersionRecord;
  /** Names of the aliases that need this version. */
  aliases: string[];
  /** Another Version object, not on its way out, is the same number. */
  hasTwin: boolean;
  nowMs: number;
}
