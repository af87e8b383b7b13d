/** How far provisioned concurrency has come, purely, in Lambda's words. */
import type { VersionStatus } from "../../crds/version/schema.ts";
import type { KeptPod } from "./pods.ts";

export type ProvisionedStatus = NonNullable<VersionStatus["provisionedConcurrency"]>;

export interface Kept {
  /** How many of this Revision's were asked for here. */
  wanted: number;
  pods: readonly KeptPod[];
  /** What the cluster has against it, when last asked. */
  refusal: string | undefined;
}

/** `kept` is one for each Revision it is shared between; undefined when nothing is asked for. */
export function provisionedStatus(kept: readonly Kept[], problem?: string): ProvisionedStatus | undefined {
  if (kept.length === 0) return undefined;
  const sum = (count: (one: Kept) => number) => kept.reduce((total, one) => total + count(one), 0);
  const requested = sum((one) => one.wanted);
  const allocated = sum(({ wanted, pods }) => Math.min(wanted, pods.length));
  const available = sum(({ wanted, pods }) => Math.min(wanted, countOf(pods, "available")));
  const counts = { requested, available, allocated };
  if (problem !== undefined) return { status: "FAILED", statusReason: problem, ...counts };
  if (available >= requested) return { status: "READY", ...counts };
  const refusal = kept.find((one) => one.refusal !== undefined)?.refusal;
  if (refusal !== undefined) return { status: "FAILED", statusReason: refusal, ...counts };
  if (sum(({ pods }) => countOf(pods, "failed")) > 0)
    return { status: "FAILED", statusReason: "FUNCTION_ERROR_INIT_FAILURE", ...counts };
  return { status: "IN_PROGRESS", ...counts };
}

function countOf(pods: readonly KeptPod[], state: KeptPod["state"]): number {
  return pods.filter((one) => one.state === state).length;
}
