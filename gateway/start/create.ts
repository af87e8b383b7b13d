/** Makes a pod for a revision and follows it until it dials home, or tells why it will not. */

import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep, KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { StartFailure } from "../placer/attempt.ts";
import { placerLimits } from "../placer/limits.ts";
import { failureOfCreate, failureOfPod, isCrowdedOut, podDeleted } from "./failure.ts";
import { startLimits } from "./limits.ts";

export interface PodStart {
  startId: string;
  revisionKey: string;
  /** When it was asked for; monotonic. */
  atMs: number;
}

export interface Creator {
  create(start: PodStart, revision: RevisionObject): void;
  /** The start this pod belongs to, now over: it dialled home. */
  claimStart(podKey: string): PodStart | undefined;
  /** What the pod watch says; looked at for pods of ours under way only. */
  podChanged(podKey: string, pod: EnvironmentPod | undefined): void;
  /** Pods with time running out are looked at again. */
  tick(pods: { get(key: string): EnvironmentPod | undefined }): void;
}

export type CreatorDeps = KubeDep &
  ClockDep &
  RandomDep &
  LogDep &
  SettingsDep & {
    build(revision: RevisionObject, random: string): KubeObject;
    failed(start: PodStart, failure: StartFailure): void;
    /** No node has room for it yet. */
    crowded(start: PodStart): void;
  };

export function createCreator(deps: CreatorDeps): Creator {
  const unschedulableMsMax = deps.settings.environments.unschedulableSecondsMax * 1000;
  const byPod = new Map<string, PodStart>();
  /** When it was last told that there is no room for a pod. */
  const crowdedAtMs = new WeakMap<PodStart, number>();
  const queue: { start: PodStart; revision: RevisionObject }[] = [];
  let creating = 0;

  const pump = () => {
    while (creating < startLimits.creatingMax) {
      const next = queue.shift();
      if (next === undefined) return;
      creating++;
      void make(next.start, next.revision).finally(() => {
        creating--;
        pump();
      });
    }
  };
  const make = async (start: PodStart, revision: RevisionObject) => {
    const pod = deps.build(revision, randomSuffix(deps.random.bytes(startLimits.podNameRandomLength)));
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    // Known before the call returns: the pod may dial home first.
    byPod.set(key, start);
    try {
      await deps.kube.create(resources.pods, pod);
    } catch (error) {
      if (!byPod.delete(key)) return;
      deps.log.error("cannot create a pod", error, { pod: key, revision: start.revisionKey });
      deps.failed(start, failureOfCreate(error));
    }
  };
  const tellCrowded = (start: PodStart) => {
    const nowMs = deps.clock.monotonicMs();
    if (nowMs - (crowdedAtMs.get(start) ?? Number.NEGATIVE_INFINITY) < startLimits.crowdedAgainMs) return;
    crowdedAtMs.set(start, nowMs);
    deps.crowded(start);
  };
  /** A volume that does not come, a network without addresses: nothing tells of them but time. */
  const tooSlow = ({ atMs }: PodStart): StartFailure | undefined =>
    deps.clock.monotonicMs() - atMs < placerLimits.startMsMax
      ? undefined
      : { kind: "slow", message: `its pod did not come up within ${placerLimits.startMsMax / 1000} s` };
  const look = (key: string, pod: EnvironmentPod | undefined, start: PodStart) => {
    const failure =
      pod === undefined
        ? podDeleted
        : (failureOfPod(pod, unschedulableMsMax, deps.clock.nowMs()) ?? tooSlow(start));
    if (failure === undefined) {
      if (pod !== undefined && isCrowdedOut(pod)) tellCrowded(start);
      return;
    }
    byPod.delete(key);
    deps.failed(start, failure);
    if (pod === undefined || pod.phase === "ended") return;
    deps.kube
      .remove(resources.pods, { namespace: pod.namespace, name: pod.name }, { uid: pod.uid })
      .catch((error: unknown) =>
        deps.log.error("cannot delete a pod that does not start", error, { pod: key }),
      );
  };

  return {
    create(start, revision) {
      queue.push({ start, revision });
      pump();
    },
    claimStart(podKey) {
      const start = byPod.get(podKey);
      byPod.delete(podKey);
      return start;
    },
    podChanged(key, pod) {
      const start = byPod.get(key);
      if (start !== undefined) look(key, pod, start);
    },
    tick(pods) {
      for (const [key, start] of [...byPod]) {
        const pod = pods.get(key);
        if (pod !== undefined) look(key, pod, start);
      }
    },
  };
}

function randomSuffix(bytes: Uint8Array): string {
  return [...bytes].map((byte) => "abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36]).join("");
}
