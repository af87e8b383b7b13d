/** The kind Function, as the cluster is told of it. */
import type { Kind } from "../kind.ts";
import { functionColumns } from "./printer.ts";
import { functionRules } from "./rules.ts";
import { functionSpec } from "./schema.ts";
import { functionStatus } from "./status.ts";
export const functionKind: Kind = {
  kind: "Function",
  plural: "functions",
  singular: "function",
  shortNames: ["fn"],
  description: "A function: named code and configuration. Its spec is the unpublished version, $LATEST.",
  spec: functionSpec,
  status: functionStatus,
  rules: functionRules.root,
  columns: functionColumns,
  selectableFields: [".spec.functionName", ".spec.runtime", ".status.state"],
};
