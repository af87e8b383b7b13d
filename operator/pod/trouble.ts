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

/** Of a pod that failed: what its supervisor noted last, or whatever the cluster knows. */
export function endOf({ status }: PodView): string {
  for (const { name, state } of [...status.initContainerStatuses, ...status.containerStatuses]) {
    const { message, exitCode = 0 } = state.terminated ?? {};
    if (exitCode !== 0) return lastNote(message) || `Container ${name} ended with exit code ${exitCode}.`;
  }
  return status.message ?? status.reason ?? "The pod failed.";
}

/** A container that leaves no message of its own has the end of its log as one. */
function lastNote(message = ""): string {
  const notes = message.split("\n").filter((line) => line.startsWith(notePrefix));
  return notes.at(-1)?.slice(notePrefix.length) ?? message.trim();
}

/** With which the supervisor begins each note of its own. */
const notePrefix = "kambda: ";
