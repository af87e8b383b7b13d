/** The kept environments of one Revision, brought to the number that is asked for. */
import type { Again } from "../../kernel/queue/queue.ts";
import type { Reservations } from "../concurrency/reservations.ts";
import type { Watches } from "../watches.ts";
import { type ObserveDeps, observeProvisioned } from "./observe.ts";
import { type PerformDeps, performProvisioned } from "./perform.ts";
import { planProvisioned, refusedMs } from "./plan.ts";
import type { ProvisionRefusals } from "./refusals.ts";

export type ProvisionedDeps = ObserveDeps &
  PerformDeps & {
    watches: Watches;
    provisionRefusals: ProvisionRefusals;
    reservations: Pick<Reservations, "provide" | "forgetProvision">;
  };

/** `wait` is called where others' starting pods leave no place for all that is lacking. */
export async function reconcileProvisioned(
  deps: ProvisionedDeps,
  key: string,
  wait: () => void,
): Promise<Again> {
  const revision = deps.watches.revisions.get(key);
  if (revision === undefined) {
    deps.provisionRefusals.set(key, undefined);
    deps.reservations.forgetProvision(key);
    return { again: "never" };
  }
  const plan = planProvisioned(await observeProvisioned(deps, revision));
  const refusal = await performProvisioned(deps, revision, plan);
  if (plan.waitsForStarts) wait();
  deps.provisionRefusals.set(key, refusal ?? plan.problem);
  return refusal === undefined ? plan.again : { again: "after", ms: refusedMs };
}
