/** The kind Alias, as the cluster is told of it. */
import type { Kind } from "../kind.ts";
import { aliasColumns } from "./printer.ts";
import { aliasRules } from "./rules.ts";
import { aliasSpec, aliasStatus } from "./schema.ts";

export const aliasKind: Kind = {
  kind: "Alias",
  plural: "aliases",
  singular: "alias",
  shortNames: ["fnalias"],
  description: "A named pointer to one version of a function, or to two by weight.",
  spec: aliasSpec,
  status: aliasStatus,
  rules: aliasRules.root,
  columns: aliasColumns,
  selectableFields: [".spec.functionName", ".spec.name"],
};
