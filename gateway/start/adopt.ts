/**
 * Writes whose a claimed pod now is: labels for people and restarts, owner for garbage collection. Off the invoke path, with
 * few workers and patience; a pod that is gone needs none of it.
 */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { claimPatch } from "../../kernel/pod/claim.ts";
import { type Again, createQueue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { startLimits } from "./limits.ts";

export interface Adopter {
  adopt(pod: EnvironmentPod, revisionKey: string): void;
  start(signal: AbortSignal): Promise<void>;
}

export function createAdopter(deps: KubeDep & ClockDep & RandomDep & LogDep & { catalog: Catalog }): Adopter {
  const due = new Map<string, { pod: EnvironmentPod; revisionKey: string }>();
  const handle = async (key: string): Promise<Again> => {
    const one = due.get(key);
    if (one === undefined) return { again: "never" };
    const revision = deps.catalog.revision(one.revisionKey);
    if (revision !== undefined) await write(one.pod, claimPatch(revision));
    due.delete(key);
    return { again: "never" };
  };
  const write = async (pod: EnvironmentPod, patch: ReturnType<typeof claimPatch>) => {
    const { namespace, name, uid } = pod;
    try {
      // The uid in a patch is a precondition: another pod of that name is not ours to mark.
      await deps.kube.patch(
        resources.pods,
        { namespace, name },
        { ...patch, metadata: { ...patch.metadata, uid } },
      );
    } catch (error) {
      // A conflict is another pod of that name, or a write that lost a race; looking once more tells which.
      if (isReason(error, "Conflict") && (await isStillThere(pod))) throw error;
      if (!isReason(error, "NotFound") && !isReason(error, "Conflict")) throw error;
    }
  };
  const isStillThere = async ({ namespace, name, uid }: EnvironmentPod) => {
    const now = await deps.kube.get(resources.pods, { namespace, name });
    return now?.metadata.uid === uid;
  };
  const queue = createQueue(deps, { name: "claimed pods", workersMax: startLimits.adoptWorkersMax, handle });
  return {
    adopt(pod, revisionKey) {
      const key = `${pod.namespace}/${pod.name}`;
      due.set(key, { pod, revisionKey });
      queue.add(key);
    },
    start: (signal) => queue.start(signal),
  };
}
