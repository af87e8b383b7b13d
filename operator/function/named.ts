/** Who has a Lambda name that more than one Function claims. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { functionNameOf } from "../../crds/names.ts";
import { oldestOf } from "../../kernel/kube/elder.ts";

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
