/**
 * Writes whose a claimed pod now is: labels for people and restarts, owner for garbage collection, and what it truly reserves. Off
 * the invoke path, with few workers and patience: each write has the API server, the kubelet and controllers work, on processors that
 * the next callers want. A pod that is gone needs none of it.
 */
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { isReason, type KubeDep, KubeError, type KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { claimPatch, resizeOf } from "../../kernel/pod/claim.ts";
import { type Again, createQueue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { startLimits } from "./limits.ts";

export interface Adopter {
  adopt(pod: EnvironmentPod, revisionKey: string): void;
  start(signal: AbortSignal): Promise<void>;
}

export type AdopterDeps = KubeDep & ClockDep & RandomDep & LogDep & SettingsDep & { catalog: Catalog };

export function createAdopter(deps: AdopterDeps): Adopter {
  const due = new Map<
    string,
    { pod: EnvironmentPod; revisionKey: string; claimedAtMs: number; writeAtMs: number }
  >();
  const handle = async (key: string): Promise<Again> => {
    const one = due.get(key);
    if (one === undefined) return { again: "never" };
    const earlyMs = one.writeAtMs - deps.clock.monotonicMs();
    if (earlyMs > 0) return { again: "after", ms: earlyMs };
    const revision = deps.catalog.revision(one.revisionKey);
    const now = revision === undefined ? undefined : await mark(one, revision);
    if (now !== undefined && revision !== undefined) await resize(now, revision);
    due.delete(key);
    return { again: "never" };
  };

  /** The pod as it is after; undefined when it is gone, or another of that name has come. */
  const mark = async (
    { pod, claimedAtMs }: { pod: EnvironmentPod; claimedAtMs: number },
    revision: RevisionObject,
  ): Promise<KubeObject | undefined> => {
    const { namespace, name, uid } = pod;
    if (pod.claim !== "pool") return await ours(pod);
    const patch = claimPatch(revision, claimedAtMs);
    try {
      // The uid in a patch is a precondition: another pod of that name is not ours to mark.
      return await deps.kube.patch(
        resources.pods,
        { namespace, name },
        { ...patch, metadata: { ...patch.metadata, uid } },
      );
    } catch (error) {
      if (isReason(error, "NotFound")) return undefined;
      if (!isReason(error, "Conflict")) throw error;
      // A conflict is another pod of that name, or a write that lost a race; looking once more tells which.
      if ((await ours(pod)) !== undefined) throw error;
      return undefined;
    }
  };

  const ours = async ({ namespace, name, uid }: EnvironmentPod) => {
    const now = await deps.kube.get(resources.pods, { namespace, name });
    return now?.metadata.uid === uid ? now : undefined;
  };

  /** What the pool reserved for anyone becomes what this function asks for. A node or a quota may refuse: it runs on as it is. */
  const resize = async (now: KubeObject, revision: RevisionObject) => {
    const patch = resizeOf(now, revision, deps.settings);
    if (patch === undefined) return;
    const { namespace = "", name, uid } = now.metadata;
    try {
      await deps.kube.patch(resources.pods, { namespace, name }, { ...patch, metadata: { uid } }, "resize");
    } catch (error) {
      const isRefused = error instanceof KubeError && error.status.code >= 400 && error.status.code < 500;
      if (!isRefused) throw error;
      deps.log.info("an environment keeps the requests of its class", { pod: name, reason: error.message });
    }
  };

  const queue = createQueue(deps, { name: "claimed pods", workersMax: startLimits.adoptWorkersMax, handle });
  return {
    adopt(pod, revisionKey) {
      const key = `${pod.namespace}/${pod.name}`;
      const nowMs = deps.clock.monotonicMs();
      const writeAtMs = nowMs + startLimits.adoptAfterMs;
      due.set(key, { pod, revisionKey, claimedAtMs: deps.clock.nowMs(), writeAtMs });
      queue.add(key);
    },
    start: (signal) => queue.start(signal),
  };
}
