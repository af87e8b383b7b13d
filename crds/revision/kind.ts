/** The kind Revision, as the cluster is told of it. */
import type { Kind } from "../kind.ts";
import { revisionColumns } from "./printer.ts";
import { revisionRules } from "./rules.ts";
import { revisionSpec, revisionStatus } from "./schema.ts";

export const revisionKind: Kind = {
  kind: "Revision",
  plural: "revisions",
  singular: "revision",
  shortNames: ["fnrev"],
  description:
    "One exact, immutable configuration and code that environments are created for. Written by the operator; not to be edited.",
  spec: revisionSpec,
  status: revisionStatus,
  rules: revisionRules.root,
  columns: revisionColumns,
  selectableFields: [".spec.functionName", ".spec.functionVersion"],
};
