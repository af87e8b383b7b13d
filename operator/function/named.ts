/** Who has a name that more than one object claims: the oldest; of two as old, the one whose object's name sorts first. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { functionNameOf } from "../../crds/names.ts";

interface Claimant {
  metadata: { name: string; namespace: string; creationTimestamp?: string };
}

export function oldestOf<T extends Claimant>(claimants: readonly T[]): T | undefined {
  return claimants.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}

/** The Function that has this Lambda name in the namespace. */
export function functionNamed(
  all: readonly FunctionObject[],
  namespace: string,
  functionName: string,
): FunctionObject | undefined {
  return oldestOf(
    all.filter((one) => one.metadata.namespace === namespace && functionNameOf(one) === functionName),
  );
}

/** Name of the object that has the name instead of this one. */
export function elderOf(of: FunctionObject, all: readonly FunctionObject[]): string | undefined {
  const { namespace, name } = of.metadata;
  const others = all.filter((one) => one.metadata.name !== name);
  const eldest = functionNamed([...others, of], namespace, functionNameOf(of));
  return eldest === of ? undefined : eldest?.metadata.name;
}

function rank({ metadata }: Claimant): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
}
