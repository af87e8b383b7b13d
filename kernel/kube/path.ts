/** URLs of the Kubernetes API: one object, one collection, one subresource. */
import type { ObjectKey, Resource, Selection } from "./port.ts";

/** Path of a collection; `namespace` absent: of all namespaces, or of a cluster-scoped kind. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root =
    resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}`;
}

export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** A selection's query parameters, beside others. */
export function selectionQuery(selection: Selection, more: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  const all = { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector, ...more };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value);
  return query.toString();
}
