/** What the API server checks of a Revision. */
import type { Rule } from "../fields/field.ts";

const spec: Rule[] = [
  { rule: "self == oldSelf", message: "a Revision never changes: another configuration is another Revision" },
  {
    rule: "self.packageType == 'Zip' ? has(self.code) && has(self.runtime) && !has(self.image) : has(self.image) && !has(self.code)",
    message: "packageType Zip needs code and runtime, packageType Image needs image",
  },
];

export const revisionRules = { spec, root: [] as Rule[] };
