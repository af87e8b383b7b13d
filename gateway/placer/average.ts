/** A moving average: what happened lately counts most. */
import { placerLimits } from "./limits.ts";

export function average(before: number | undefined, sample: number): number {
  const weight = placerLimits.averageWeight;
  return before === undefined ? sample : before * (1 - weight) + sample * weight;
}
