/** Invocations in flight by function, bounded: the busiest by name, the rest in one sum. Told by the placer, for all gateways. */
import { readKey } from "../../kernel/reflector/cache.ts";
import type { PlacerState } from "../placer/state.ts";
import { labelsText } from "./labels.ts";
import { largest, otherName } from "./largest.ts";
import { metricsLimits } from "./limits.ts";
import type { Series } from "./series.ts";

/** Functions in the book are shown though nothing of them is in flight. */
export function inFlightByFunction(
  book: readonly Series[],
  placers: readonly PlacerState[],
): [labels: string, count: number][] {
  const counts = new Map(book.map(({ labels }) => [`${labels.namespace}/${labels.function}`, 0]));
  counts.delete(`/${otherName}`);
  for (const { functions } of placers)
    for (const [key, { inFlight }] of functions) if (inFlight > 0) counts.set(key, inFlight);
  const { shown, rest } = largest([...counts], metricsLimits.functionsMax, ([, count]) => count);
  const named = shown.map(([key, count]): [string, number] => {
    const { namespace, name } = readKey(key);
    return [labelsText({ namespace, function: name }), count];
  });
  if (rest.length === 0) return named;
  const sum = rest.reduce((total, [, count]) => total + count, 0);
  return [...named, [labelsText({ namespace: "", function: otherName }), sum]];
}
