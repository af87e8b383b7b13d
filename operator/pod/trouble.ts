/** What keeps a pod from starting, or ended it, in the cluster's words. */
import type { PodView } from "./view.ts";

/** No node takes it, and the scheduler goes on trying; or its node cannot start it. */
export interface Trouble {
  kind: "unschedulable" | "unstartable";
  message: string;
}

/** What a kubelet says of a container that is on its way: everything else it says is a trouble. */
const ordinary = ["", "ContainerCreating", "PodInitializing"];

export function troubleOf({ status }: PodView): Trouble | undefined {
  for (const { state } of [...status.initContainerStatuses, ...status.containerStatuses]) {
    const { reason = "", message = "" } = state.waiting ?? {};
    if (!ordinary.includes(reason)) return { kind: "unstartable", message: message || reason };
  }
  const scheduled = status.conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return undefined;
  return { kind: "unschedulable", message: scheduled.message || "No node can take the pod." };
}

/** Of a pod that failed. */
export function endOf({ status }: PodView): string {
  for (const { name, state } of [...status.initContainerStatuses, ...status.containerStatuses]) {
    const { message, exitCode = 0 } = state.terminated ?? {};
    if (exitCode !== 0) return message || `Container ${name} ended with exit code ${exitCode}.`;
  }
  return status.message ?? status.reason ?? "The pod failed.";
}
