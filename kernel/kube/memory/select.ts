/** Whether an object is in a selection: namespace, equality label selectors, and equality field selectors. */
import type { KubeObject, Selection } from "../port.ts";

export function matches({ namespace, labelSelector, fieldSelector }: Selection, object: KubeObject): boolean {
  const { metadata } = object;
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  const labels = metadata.labels ?? {};
  return (
    terms(labelSelector).every(([key, value]) =>
      value === undefined ? key in labels : labels[key] === value,
    ) && terms(fieldSelector).every(([path, value]) => fieldAt(object, path) === value)
  );
}

function fieldAt(object: KubeObject, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object);
}

/** `a=b,c` as pairs; a key alone asks for its presence. */
function terms(selector: string | undefined): [string, string | undefined][] {
  if (selector === undefined || selector === "") return [];
  return selector.split(",").map((term) => {
    const [key = "", value] = term.split("=");
    return [key, value];
  });
}
