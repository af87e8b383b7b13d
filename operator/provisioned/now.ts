/** How far what one Version or Alias asks for is, by the pods the watch knows. */
import type { Watches } from "../watches.ts";
import type { Intent } from "./intent.ts";
import { keptPods } from "./pods.ts";
import type { ProvisionRefusals } from "./refusals.ts";
import { type ProvisionedStatus, provisionedStatus } from "./status.ts";

export function provisionedNow(
  deps: { watches: Pick<Watches, "pods">; provisionRefusals: Pick<ProvisionRefusals, "get"> },
  namespace: string,
  { counts, problem }: Intent,
): ProvisionedStatus | undefined {
  const kept = [...counts].map(([revision, wanted]) => ({
    wanted,
    pods: keptPods(deps.watches.pods.list(), namespace, revision),
    refusal: deps.provisionRefusals.get(`${namespace}/${revision}`),
  }));
  return provisionedStatus(kept, problem);
}
