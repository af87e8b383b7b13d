/** The kind LayerVersion, as the cluster is told of it. */
import type { Kind } from "../kind.ts";
import { layerVersionColumns } from "./printer.ts";
import { layerVersionRules } from "./rules.ts";
import { layerVersionSpec, layerVersionStatus } from "./schema.ts";

export const layerVersionKind: Kind = {
  kind: "LayerVersion",
  plural: "layerversions",
  singular: "layerversion",
  shortNames: ["fnlayer"],
  description: "An immutable archive that functions have extracted into /opt.",
  spec: layerVersionSpec,
  status: layerVersionStatus,
  rules: layerVersionRules.root,
  columns: layerVersionColumns,
  selectableFields: [".spec.layerName"],
};
