/**
 * Who has a name that more than one object claims: the oldest; of two as old, the one whose object's name sorts first. Operator and
 * gateway must come to the same, whichever they heard of first.
 */
import type { ObjectMeta } from "./port.ts";

interface Claimant {
  metadata: Pick<ObjectMeta, "name"> & { creationTimestamp?: string | undefined };
}

export function oldestOf<T extends Claimant>(claimants: readonly T[]): T | undefined {
  return claimants.toSorted((a, b) => (isElder(a, b) ? -1 : 1))[0];
}

export function isElder(one: Claimant, than: Claimant): boolean {
  return rank(one) < rank(than);
}

function rank({ metadata }: Claimant): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
}
