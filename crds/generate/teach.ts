/**
 * What a person reads of a field beyond its own description: its default, which `kubectl explain` does not show, and a sentence
 * beside the pattern it must match, which the API server quotes as it is.
 */
import { sentences } from "../fields/pattern.ts";
import type { JsonSchema } from "./structural.ts";

export function teach(schema: JsonSchema): JsonSchema {
  const taught: JsonSchema = { ...schema };
  const said = defaultSentence(schema.default);
  if (said !== undefined) taught.description = `${schema.description} Default: ${said}.`;
  const sentence = typeof schema.pattern === "string" ? sentences.get(schema.pattern) : undefined;
  if (sentence !== undefined)
    taught["x-kubernetes-validations"] = [
      ...((schema["x-kubernetes-validations"] as unknown[] | undefined) ?? []),
      // A raw string, for patterns are full of backslashes; none holds a quote.
      { rule: `self.matches(r'${schema.pattern}')`, message: `must be ${sentence}` },
    ];
  if (schema.properties !== undefined)
    taught.properties = Object.fromEntries(
      Object.entries(schema.properties as Record<string, JsonSchema>).map(([name, field]) => [
        name,
        teach(field),
      ]),
    );
  for (const inner of ["items", "additionalProperties"])
    if (typeof schema[inner] === "object") taught[inner] = teach(schema[inner] as JsonSchema);
  return taught;
}

/** Of an object nothing: its fields say it. */
function defaultSentence(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(", ");
  return value === undefined || typeof value === "object" ? undefined : String(value);
}
