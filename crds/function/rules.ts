/** What the API server checks of a Function beyond the bounds of its fields. */
import type { Rule } from "../fields/field.ts";

const image = "has(self.code.imageUri)";

const spec: Rule[] = [
  {
    rule: `${image} || has(self.runtime)`,
    message: "runtime is needed: for example nodejs24.x or python3.13 (only container images go without)",
  },
  {
    rule: `${image} || has(self.handler) || (has(self.runtime) && self.runtime.startsWith('provided'))`,
    message:
      "handler is needed: for example index.handler (only provided runtimes and container images go without)",
  },
  {
    rule: `!${image} || (!has(self.runtime) && !has(self.handler) && !has(self.layers))`,
    message: "runtime, handler and layers do not go with code.imageUri: the image holds them",
  },
  {
    rule: `${image} || !has(self.imageConfig)`,
    message: "imageConfig goes with code.imageUri only",
  },
  {
    rule: "!has(self.automountServiceAccountToken) || !self.automountServiceAccountToken || has(self.role)",
    message: "automountServiceAccountToken needs role: the token of which ServiceAccount?",
  },
  {
    rule: "!has(self.layers) || self.layers.all(l, self.layers.exists_one(m, m == l))",
    message: "each layer version may stand in layers once",
  },
];

const name = (object: string) =>
  `(has(${object}.spec.functionName) ? ${object}.spec.functionName : ${object}.metadata.name)`;

const root: Rule[] = [
  {
    rule: "has(self.spec.functionName) || self.metadata.name.matches('^[a-z0-9-]{1,64}$')",
    message:
      "metadata.name is no function name (letters, digits, hyphens, at most 64): choose another or set spec.functionName",
  },
  {
    rule: `${name("self")} == ${name("oldSelf")}`,
    message: "spec.functionName may not change: make another function",
  },
];

export const functionRules = { spec, root };
