/** Which pods are only in the way, purely: what left in order goes at once, what failed is kept for a look. */
import { claims } from "../../crds/labels.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { failureMsMax } from "../backoff.ts";
import { claimOf, endedMs, isForRequest, isProvisioned, type PodView } from "../pod/view.ts";

export interface PodGarbage {
  remove: PodView[];
  /** Until the next one is due. */
  againMs: number | undefined;
}

/** Failures hold back pools and provisioned environments from making more, so they are kept as long as that takes. */
export const failureKeptMs = failureMsMax;

/** A pod made for a request that has not begun to run by then: the gateway that waited for it gave it up, or is gone itself. */
export const pendingMsMax = 600_000;

export function planPods(pods: readonly PodView[], nowMs: number, settings: Settings): PodGarbage {
  const remove: PodView[] = [];
  let againMs: number | undefined;
  for (const pod of pods) {
    const dueMs = dueAtMs(pod, settings);
    if (dueMs === undefined) continue;
    if (dueMs <= nowMs) remove.push(pod);
    else againMs = Math.min(againMs ?? Infinity, dueMs - nowMs);
  }
  return { remove, againMs };
}

/** Undefined while it lives or is being deleted already. */
function dueAtMs(pod: PodView, { environments }: Settings): number | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  if (pod.status.phase === "Succeeded") return 0;
  const createdMs = Date.parse(pod.metadata.creationTimestamp) || 0;
  // A claimed one runs, whatever its kubelet has told so far.
  const isOwn = isForRequest(pod) && claimOf(pod) === claims.dedicated;
  if (pod.status.phase === "Pending" && isOwn) return createdMs + pendingMsMax;
  if (pod.status.phase !== "Failed") return undefined;
  const keptMs = environments.failedInitKeptSeconds * 1000;
  const endMs = endedMs(pod) ?? createdMs;
  const holdsBack = claimOf(pod) === claims.pool || isProvisioned(pod);
  return endMs + (holdsBack ? Math.max(keptMs, failureKeptMs) : keptMs);
}
