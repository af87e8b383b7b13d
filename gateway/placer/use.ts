/** How a revision's provisioned environments are used now. */
import type { PlacerState } from "./state.ts";

export interface ProvisionedUse {
  /** Those that can take an invocation or are running one. */
  environments: number;
  inUse: number;
}

export function provisionedUse(placer: PlacerState, revisionKey: string): ProvisionedUse {
  const use = { environments: 0, inUse: 0 };
  for (const { kept, work } of placer.revisions.get(revisionKey)?.environments ?? []) {
    if (!kept || (work.state !== "busy" && work.state !== "idle")) continue;
    use.environments++;
    if (work.state === "busy") use.inUse++;
  }
  return use;
}
