/** The kind Version, as the cluster is told of it. */
import type { Kind } from "../kind.ts";
import { versionColumns } from "./printer.ts";
import { versionRules } from "./rules.ts";
import { versionSpec, versionStatus } from "./schema.ts";

export const versionKind: Kind = {
  kind: "Version",
  plural: "versions",
  singular: "version",
  shortNames: ["fnver"],
  description: "An immutable publication of a function, numbered 1, 2, 3 and so on.",
  spec: versionSpec,
  status: versionStatus,
  rules: versionRules.root,
  columns: versionColumns,
  selectableFields: [".spec.functionName"],
};
