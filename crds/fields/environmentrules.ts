/** What the API server checks of environment variables. */
import { limits } from "../limits.ts";
import type { Rule } from "./field.ts";
import { patterns } from "./pattern.ts";
import { credentialVariables, reservedVariables } from "./reserved.ts";

const listOf = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(", ")}]`;
const reserved = listOf(reservedVariables);
const credentials = listOf(credentialVariables);
/** Names are ASCII by the rule before, so that their characters are their bytes. */
const bytes = "self.map(k, size(k) + size(bytes(self[k]))).sum()";

const variables: Rule[] = [
  {
    rule: `self.all(k, !(k in ${reserved}))`,
    messageExpression: `self.filter(k, k in ${reserved})[0] + ' is reserved: it is set by the system; choose another name, and for credentials a Secret in environment.from'`,
    message: `reserved names may not be set: ${reservedVariables.join(", ")}`,
  },
  {
    rule: `self.all(k, k.matches('${patterns.environmentName}'))`,
    message:
      "names of environment variables start with a letter, have at least two characters, and hold only letters, digits and underscores",
  },
  {
    rule: `${bytes} <= ${limits.environmentBytesMax}`,
    message: `names and values of the environment variables together may have at most ${limits.environmentBytesMax} bytes`,
  },
];

const environment: Rule[] = [
  {
    rule: "!has(self.variables) || !has(self.from) || self.from.all(f, !(f.name in self.variables))",
    message: "a variable stands in variables or in from, not in both",
  },
];

const variableFrom: Rule[] = [
  {
    rule: "has(self.secretKeyRef) != has(self.configMapKeyRef)",
    message: "exactly one of secretKeyRef and configMapKeyRef is needed",
  },
  {
    rule: `!(self.name in ${reserved}) || (has(self.secretKeyRef) && self.name in ${credentials})`,
    messageExpression: `'the variable ' + self.name + ' is reserved: ' + (self.name in ${credentials} ? 'credentials come from a Secret, by secretKeyRef' : 'it is set by the system')`,
    message: "the variable is reserved: it is set by the system",
  },
];

export const environmentRules = { variables, environment, variableFrom };
