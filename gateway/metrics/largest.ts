/** The largest of many, and the sum of the rest: how a gauge by name stays bounded. Purely. */

/** The name that the rest is summed under; no namespace and no function is called so. */
export const otherName = "_other";

export function largest<T>(
  all: readonly T[],
  max: number,
  sizeOf: (one: T) => number,
): { shown: readonly T[]; rest: readonly T[] } {
  if (all.length <= max) return { shown: all, rest: [] };
  const sorted = all.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return { shown: sorted.slice(0, max), rest: sorted.slice(max) };
}
