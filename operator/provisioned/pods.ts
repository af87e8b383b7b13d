/** The environments kept for a Revision, as their pods show them. */
import { annotations, initialized, labels } from "../../crds/labels.ts";
import { isOver, type PodView, revisionOf } from "../pod/view.ts";

export interface KeptPod {
  name: string;
  uid: string;
  createdMs: number;
  /** The gateway marks a pod when its environment's INIT has ended. */
  state: "starting" | "available" | "failed";
}

export function isProvisioned({ metadata }: PodView): boolean {
  return metadata.labels[labels.provisioned] === "true";
}

/** Provisioned, alive and staying. */
export function isKept(pod: PodView): boolean {
  return isProvisioned(pod) && pod.metadata.deletionTimestamp === undefined && !isOver(pod);
}

export function keptPods(pods: readonly PodView[], namespace: string, revision: string): KeptPod[] {
  return pods
    .filter((pod) => isKept(pod) && pod.metadata.namespace === namespace && revisionOf(pod) === revision)
    .map(({ metadata }) => ({
      name: metadata.name,
      uid: metadata.uid,
      createdMs: Date.parse(metadata.creationTimestamp) || 0,
      state: stateOf(metadata.annotations[annotations.initialized]),
    }));
}

function stateOf(mark: string | undefined): KeptPod["state"] {
  if (mark === initialized.success) return "available";
  return mark === initialized.failed ? "failed" : "starting";
}
