/** What the API server checks of an Alias. */
import { neverChanges, type Rule } from "../fields/field.ts";

const weighted = "has(self.routingConfig) && self.routingConfig.additionalVersionWeights.size() > 0";

const weights: Rule[] = [
  {
    rule: "self.all(k, k.matches('^[1-9][0-9]*$'))",
    message: "additionalVersionWeights takes a published version's number, never $LATEST and never an alias",
  },
];

const spec: Rule[] = [
  neverChanges("functionName", "make another Alias"),
  neverChanges("name", "make another Alias"),
  {
    rule: "has(self.functionVersion) != has(self.versionRef)",
    message: "exactly one of functionVersion and versionRef is needed",
  },
  {
    rule: `!(${weighted}) || !has(self.functionVersion) || self.functionVersion != '$LATEST'`,
    message: "a weighted alias cannot point to $LATEST: publish a version",
  },
  {
    rule: `!(${weighted}) || !has(self.functionVersion) || !(self.functionVersion in self.routingConfig.additionalVersionWeights)`,
    message: "additionalVersionWeights names another version than functionVersion",
  },
  {
    rule: `!(${weighted}) || !has(self.rollout)`,
    message: "rollout sets the weights itself: leave routingConfig out",
  },
  {
    rule: "!has(self.provisionedConcurrency) || !has(self.functionVersion) || self.functionVersion != '$LATEST'",
    message: "provisionedConcurrency needs a published version, not $LATEST",
  },
  {
    rule: "!has(self.provisionedConcurrencyScaling) || has(self.provisionedConcurrency)",
    message: "provisionedConcurrencyScaling needs provisionedConcurrency, the number to start with",
  },
];

export const aliasRules = { spec, weights, root: [] as Rule[] };
