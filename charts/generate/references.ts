/**
 * Where the specs of our kinds name other objects that carry power: ServiceAccounts, Secrets, ConfigMaps, volumes. Read from the
 * CRDs themselves, so that a field added there is guarded by the chart's admission policies without anybody remembering to.
 */

/** As much of a CRD's OpenAPI schema as the walk needs. */
export interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

export const referenceKinds = ["serviceaccounts", "secrets", "configmaps", "persistentvolumeclaims"] as const;
export type ReferenceKind = (typeof referenceKinds)[number];

/** Dotted paths under `spec`; `[]` stands for each item of a list. */
export type References = Record<ReferenceKind, string[]>;

export function findReferences(spec: Schema): References {
  const found: References = { serviceaccounts: [], secrets: [], configmaps: [], persistentvolumeclaims: [] };
  walk(spec, [], found);
  return found;
}

function walk(schema: Schema, path: readonly string[], found: References): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const here = [...path, name];
    const kind = referenceKindOf(name, property);
    if (kind !== undefined)
      found[kind].push([...here, ...("name" in (property.properties ?? {}) ? ["name"] : [])].join("."));
    walk(property, here, found);
    if (property.items !== undefined) walk(property.items, [...path, `${name}[]`], found);
  }
}

/** By the names the contract uses for references, and for nothing else. */
function referenceKindOf(name: string, property: Schema): ReferenceKind | undefined {
  if (name === "role") return "serviceaccounts";
  if (name === "claimName") return "persistentvolumeclaims";
  if (!("name" in (property.properties ?? {}))) return undefined;
  if (/^secret|Secret$/.test(name)) return "secrets";
  if (/^configMap/.test(name)) return "configmaps";
  return undefined;
}
