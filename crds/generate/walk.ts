/** Every schema in a definition with its path, for the tests that hold all of them to a rule. */
import type { JsonSchema } from "./structural.ts";

export interface Place {
  path: string;
  schema: JsonSchema;
}

export function walk(path: string, schema: JsonSchema): Place[] {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const elements = [schema.items, schema.additionalProperties].filter(
    (inner): inner is JsonSchema => typeof inner === "object",
  );
  return [
    { path, schema },
    ...fields.flatMap(([name, field]) => walk(`${path}.${name}`, field)),
    ...elements.flatMap((inner) => walk(`${path}[]`, inner)),
  ];
}
