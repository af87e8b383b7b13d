/** What the API server checks of a LayerVersion. */
import type { Rule } from "../fields/field.ts";

const spec: Rule[] = [
  { rule: "self == oldSelf", message: "a layer version never changes: make another LayerVersion" },
];

export const layerVersionRules = { spec, root: [] as Rule[] };
