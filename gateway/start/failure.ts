/** Why a pod could not be had, told apart: what the API server refused, and what kept the pod from starting. */
import { KubeError } from "../../kernel/kube/port.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { StartFailure } from "../placer/attempt.ts";

export function failureOfCreate(error: unknown): StartFailure {
  if (!(error instanceof KubeError)) return { kind: "unavailable", message: String(error) };
  const { code, message } = error.status;
  if (code === 403 && message.includes("exceeded quota")) return { kind: "quota", message };
  if (code >= 400 && code < 500 && code !== 409 && code !== 429) return { kind: "admission", message };
  return { kind: "unavailable", message };
}

/** No node has what it requests left; where a node lacks something else, nobody's going would help. */
export function isCrowdedOut({ trouble }: EnvironmentPod): boolean {
  return trouble?.kind === "unschedulable" && /Insufficient |Too many pods/.test(trouble.message);
}

/** By whoever drains its node, or a person: no word on what it would have done. */
export const podDeleted: StartFailure = {
  kind: "deleted",
  message: "its pod was deleted before it said hello",
};

/** Undefined while there is hope: a pod no node takes may be taken when another goes, or a node comes. */
export function failureOfPod(
  pod: EnvironmentPod,
  unschedulableMsMax: number,
  nowMs: number,
): StartFailure | undefined {
  const { trouble } = pod;
  if (trouble === undefined) {
    if (pod.phase === "leaving") return podDeleted;
    return pod.phase === "ended"
      ? { kind: "crashed", message: "its pod ended before it said hello" }
      : undefined;
  }
  switch (trouble.kind) {
    case "image":
    case "configuration":
      return { kind: trouble.kind, message: trouble.message };
    case "unschedulable": {
      const hopeful = nowMs - pod.createdAtMs < unschedulableMsMax;
      return hopeful ? undefined : { kind: "unschedulable", message: trouble.message };
    }
    case "outOfMemory":
    case "evicted":
    case "failed":
      return { kind: "crashed", message: trouble.message };
  }
}
