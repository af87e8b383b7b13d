/** Whether an object is in a selection: namespace, equality label selectors, and field selectors on its metadata. */
import type { KubeObject, Selection } from "../port.ts";

export function matches(
  { namespace, labelSelector, fieldSelector }: Selection,
  { metadata }: KubeObject,
): boolean {
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  const labels = metadata.labels ?? {};
  const fields: Record<string, string | undefined> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
  };
  return (
    terms(labelSelector).every(([key, value]) =>
      value === undefined ? key in labels : labels[key] === value,
    ) && terms(fieldSelector).every(([key, value]) => fields[key] === value)
  );
}

/** `a=b,c` as pairs; a key alone asks for its presence. */
function terms(selector: string | undefined): [string, string | undefined][] {
  if (selector === undefined || selector === "") return [];
  return selector.split(",").map((term) => {
    const [key = "", value] = term.split("=");
    return [key, value];
  });
}
