/** What a reconciliation knows of an Alias before it decides. */
import type { AliasObject } from "../../crds/alias/schema.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ProvisionedNow } from "../provisioned/now.ts";

export interface AliasObserved extends ProvisionedNow {
  alias: AliasObject;
  /** Name of an older Alias object with the same name and function. */
  elder: string | undefined;
  function: FunctionObject | undefined;
  /** What runs under each version the alias names or still serves, where it exists; `$LATEST` is one. */
  revisions: ReadonlyMap<string, RevisionObject>;
  /** The number of the Version object that spec.versionRef names, once it is published. */
  referenced: string | undefined;
  nowMs: number;
}

/** Something wrong, as status says it. */
export interface Problem {
  reason: string;
  message: string;
}
