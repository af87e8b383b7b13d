/** What the API server checks of URLs and of provisioned concurrency. */
import type { Rule } from "./field.ts";

export const urlRules: Rule[] = [
  {
    rule: "!has(self.cors) || !has(self.cors.allowCredentials) || !self.cors.allowCredentials || !has(self.cors.allowOrigins) || !('*' in self.cors.allowOrigins)",
    message: "cors.allowCredentials cannot go with the origin *: name the origins that may send cookies",
  },
];

export const provisionedRules: Rule[] = [
  {
    rule: "self.minCapacity <= self.maxCapacity",
    message: "minCapacity must not be above maxCapacity",
  },
];
