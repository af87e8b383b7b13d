/** What the API server checks of a Version: what it publishes never changes. */
import { neverChanges, type Rule } from "../fields/field.ts";

const spec: Rule[] = [
  neverChanges("functionName", "publish another Version"),
  neverChanges("description", "publish another Version"),
  neverChanges("codeSha256", "publish another Version"),
  neverChanges("revisionId", "publish another Version"),
  {
    rule: "!has(self.provisionedConcurrencyScaling) || has(self.provisionedConcurrency)",
    message: "provisionedConcurrencyScaling needs provisionedConcurrency, the number to start with",
  },
];

export const versionRules = { spec, root: [] as Rule[] };
