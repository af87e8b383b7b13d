/**
 * JSON Schema as zod writes it → the structural schema Kubernetes takes. Little is left to do, for our fields use no unions:
 * drop what the API server refuses, bound what zod leaves to JavaScript, and refuse what cannot be said.
 */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/** Keywords a structural schema may not have at this place, or may not have at all. */
export const forbiddenKeywords = [
  "$schema",
  "$ref",
  "$defs",
  "definitions",
  "id",
  "propertyNames",
  "patternProperties",
  "const",
  "anyOf",
  "oneOf",
  "allOf",
  "not",
  "additionalItems",
  "readOnly",
  "writeOnly",
] as const;

/** Dropped silently: they say nothing a CRD needs. Every other forbidden keyword is a mistake in our schemas. */
const dropped = new Set(["$schema", "id", "propertyNames"]);

export function structural(schema: JsonSchema): JsonSchema {
  const out: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (dropped.has(keyword)) continue;
    if ((forbiddenKeywords as readonly string[]).includes(keyword)) {
      throw new Error(`A CRD cannot say "${keyword}": ${JSON.stringify(schema).slice(0, 200)}`);
    }
    out[keyword] = structuralValue(keyword, value);
  }
  if (out.type === undefined) {
    throw new Error(`A CRD needs a type everywhere: ${JSON.stringify(schema).slice(0, 200)}`);
  }
  if (out.type === "integer") out.format = "int64";
  if (out.type === "object" && out.additionalProperties === false) delete out.additionalProperties;
  return out;
}

function structuralValue(keyword: string, value: unknown): unknown {
  if (keyword === "properties") {
    return Object.fromEntries(
      Object.entries(value as Record<string, JsonSchema>).map(([name, field]) => [name, structural(field)]),
    );
  }
  if (keyword === "items" || (keyword === "additionalProperties" && typeof value === "object")) {
    return structural(value as JsonSchema);
  }
  return value;
}
