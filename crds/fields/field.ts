/**
 * Builders for the fields of our kinds. Each one takes its description first, because `kubectl explain` is the manual, and
 * each one is bounded, because an unbounded string, list or map makes the API server refuse every CEL rule that reads it.
 */
import { z } from "zod";

/** One CEL rule with the sentence a person reads when it refuses their manifest. */
export interface Rule {
  rule: string;
  message?: string;
  /** CEL that makes the sentence, where it can name the offender. */
  messageExpression?: string;
  /** The field to point at, relative to where the rule stands. */
  fieldPath?: string;
}

/** Ends the description of what the API has and nothing acts upon yet, for `kubectl explain` must not promise it. */
export const notServed = "Checked and kept by this release, but not served yet.";

export function text(description: string, lengthMax: number, pattern?: RegExp) {
  const string = z.string().max(lengthMax);
  return (pattern === undefined ? string : string.regex(pattern)).describe(description);
}

export function integer(description: string, min: number, max: number) {
  return z.int().min(min).max(max).describe(description);
}

export function flag(description: string) {
  return z.boolean().describe(description);
}

export function choice<const T extends readonly [string, ...string[]]>(description: string, values: T) {
  return z.enum(values).describe(description);
}

/** A moment as Kubernetes writes it: RFC 3339 in UTC. */
export function instant(description: string) {
  return z.string().max(40).meta({ description, format: "date-time" });
}

export function list<T extends z.ZodType>(
  description: string,
  item: T,
  itemsMax: number,
  rules: Rule[] = [],
) {
  return z
    .array(item)
    .max(itemsMax)
    .meta({ description, ...rulesMeta(rules) });
}

/** A list whose items are told apart by the keys named, so that two appliers can each own theirs. */
export function listByKey<T extends z.ZodType>(
  description: string,
  item: T,
  itemsMax: number,
  keys: string[],
  rules: Rule[] = [],
) {
  return z
    .array(item)
    .max(itemsMax)
    .meta({
      description,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": keys,
      ...rulesMeta(rules),
    });
}

export function map<T extends z.ZodType>(
  description: string,
  value: T,
  entriesMax: number,
  rules: Rule[] = [],
) {
  return z.record(z.string(), value).meta({ description, maxProperties: entriesMax, ...rulesMeta(rules) });
}

/** An object that drops fields it does not know: the API server has pruned them, and an older build meets newer objects. */
export function object<F extends z.ZodRawShape>(description: string, fields: F, rules: Rule[] = []) {
  return z.object(fields).meta({ description, ...rulesMeta(rules) });
}

/** The field keeps the value it was made with, absence included. */
export function neverChanges(field: string, instead: string): Rule {
  return {
    rule: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message: `${field} may not change: ${instead}`,
    fieldPath: `.${field}`,
  };
}

function rulesMeta(rules: Rule[]): { "x-kubernetes-validations"?: Rule[] } {
  return rules.length === 0 ? {} : { "x-kubernetes-validations": rules };
}
