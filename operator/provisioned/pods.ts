/** The environments kept for a Revision, as their pods show them. */
import { annotations, initialized } from "../../crds/labels.ts";
import { endOf, type Trouble, troubleOf } from "../pod/trouble.ts";
import {
  endedMs,
  isOver,
  isProvisioned,
  markOf,
  type PodView,
  revisionOf,
  scheduledMs,
} from "../pod/view.ts";

export type KeptPod = {
  name: string;
  uid: string;
  createdMs: number;
  /** When a node took it; undefined while none has. */
  scheduledMs: number | undefined;
  /** What it was built from. */
  template: string | undefined;
} & KeptState;

type KeptState =
  /** It does not run yet. */
  | { state: "waiting"; trouble: Trouble | undefined }
  /** The gateway marks a pod when its environment's INIT has ended. */
  | { state: "starting" | "available" | "failed" };

/** Of a pod that ended before its environment's INIT had. */
export interface Death {
  atMs: number;
  message: string;
}

/** Provisioned, alive and staying. */
export function isKept(pod: PodView): boolean {
  return isProvisioned(pod) && pod.metadata.deletionTimestamp === undefined && !isOver(pod);
}

export function keptPods(pods: readonly PodView[], namespace: string, revision: string): KeptPod[] {
  return ofRevision(pods, namespace, revision)
    .filter(isKept)
    .map((pod) => ({
      name: pod.metadata.name,
      uid: pod.metadata.uid,
      createdMs: createdMs(pod),
      scheduledMs: scheduledMs(pod),
      template: pod.metadata.annotations[annotations.template],
      ...stateOf(pod),
    }));
}

export function deathsOf(pods: readonly PodView[], namespace: string, revision: string): Death[] {
  return ofRevision(pods, namespace, revision)
    .filter((pod) => isProvisioned(pod) && pod.status.phase === "Failed" && markOf(pod) === undefined)
    .map((pod) => ({ atMs: endedMs(pod) ?? createdMs(pod), message: endOf(pod) }));
}

const rank: Record<KeptPod["state"], number> = { available: 0, starting: 1, waiting: 2, failed: 3 };

/** What serves most comes first; of the same, the older. */
export function byUse(a: KeptPod, b: KeptPod): number {
  return rank[a.state] - rank[b.state] || a.createdMs - b.createdMs || (a.name < b.name ? -1 : 1);
}

function ofRevision(pods: readonly PodView[], namespace: string, revision: string): PodView[] {
  return pods.filter((pod) => pod.metadata.namespace === namespace && revisionOf(pod) === revision);
}

function stateOf(pod: PodView): KeptState {
  const mark = markOf(pod);
  // Gateways know of an environment before the kubelet has told that its pod runs.
  if (mark !== undefined) return { state: mark === initialized.success ? "available" : "failed" };
  return pod.status.phase === "Pending"
    ? { state: "waiting", trouble: troubleOf(pod) }
    : { state: "starting" };
}

function createdMs({ metadata }: PodView): number {
  return Date.parse(metadata.creationTimestamp) || 0;
}
