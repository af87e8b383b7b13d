/**
 * What a function has reserved now, purely. The operator grants what the account has room for; to reserve less, or nothing, takes
 * no grant and holds at once, so that 0 stops a function whether or not an operator runs.
 */
import type { FunctionObject } from "../../crds/function/schema.ts";

export function reservedOf({ spec, status }: FunctionObject): number | undefined {
  const asked = spec.reservedConcurrency;
  const granted = status.reservedConcurrency;
  if (asked === undefined || asked === 0) return asked;
  return granted === undefined ? undefined : Math.min(asked, granted);
}
