/** An environment's pod as the catalog knows it: one of a pool that runs and that nobody has claimed. */
import type { EnvironmentPod } from "../catalog/pod.ts";

export function anEnvironmentPod(over: Partial<EnvironmentPod> = {}): EnvironmentPod {
  return {
    namespace: "team",
    name: "kambda-pool-1",
    uid: "u1",
    createdAtMs: 0,
    startedAtMs: undefined,
    shape: "s",
    claim: "pool",
    revision: undefined,
    isProvisioned: false,
    scheduled: true,
    phase: "running",
    trouble: undefined,
    ...over,
  };
}
