/**
 * Marks provisioned environments' pods when their INIT has ended, for the operator counts them. One write an environment, off the
 * invoke path; a pod that is gone needs none.
 */
import { annotations, initialized } from "../../crds/labels.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { createQueue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { startLimits } from "./limits.ts";

export interface Marker {
  initialized(pod: EnvironmentPod, isGood: boolean): void;
  start(signal: AbortSignal): Promise<void>;
}

export function createMarker(deps: KubeDep & ClockDep & RandomDep & LogDep): Marker {
  const due = new Map<string, { pod: EnvironmentPod; isGood: boolean }>();
  const queue = createQueue(deps, {
    name: "provisioned pods",
    workersMax: startLimits.adoptWorkersMax,
    async handle(key) {
      const one = due.get(key);
      if (one === undefined) return { again: "never" };
      await mark(deps, one.pod, one.isGood);
      // What came meanwhile stays for the next turn.
      if (due.get(key) === one) due.delete(key);
      return { again: "never" };
    },
  });
  return {
    initialized(pod, isGood) {
      if (!pod.isProvisioned) return;
      due.set(pod.uid, { pod, isGood });
      queue.add(pod.uid);
    },
    start: (signal) => queue.start(signal),
  };
}

async function mark(
  { kube }: KubeDep,
  { namespace, name, uid }: EnvironmentPod,
  isGood: boolean,
): Promise<void> {
  const written = { [annotations.initialized]: isGood ? initialized.success : initialized.failed };
  try {
    // The uid in a patch is a precondition: another pod of that name is not ours to mark.
    await kube.patch(resources.pods, { namespace, name }, { metadata: { uid, annotations: written } });
  } catch (error) {
    if (!isReason(error, "NotFound") && !isReason(error, "Conflict")) throw error;
  }
}
