/** Sees to it that the pods of dismissed environments go: they leave by themselves, and are deleted if they do not. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { startLimits } from "./limits.ts";

export interface Dismisser {
  dismissed(pod: EnvironmentPod): void;
  tick(pods: { get(key: string): EnvironmentPod | undefined }): void;
}

export function createDismisser(deps: KubeDep & ClockDep & LogDep): Dismisser {
  const leaving = new Map<string, { pod: EnvironmentPod; untilMs: number }>();
  return {
    dismissed(pod) {
      const untilMs = deps.clock.monotonicMs() + startLimits.dismissMsMax;
      if (!leaving.has(pod.uid)) leaving.set(pod.uid, { pod, untilMs });
    },
    tick(pods) {
      const nowMs = deps.clock.monotonicMs();
      for (const [uid, one] of leaving) {
        const { namespace, name } = one.pod;
        if (isGoing(pods.get(`${namespace}/${name}`), uid)) leaving.delete(uid);
        if (!leaving.has(uid) || nowMs < one.untilMs) continue;
        // Until the watch says that it goes: a delete may fail.
        one.untilMs = nowMs + startLimits.dismissAgainMs;
        deps.kube
          .remove(resources.pods, { namespace, name }, { uid })
          .catch((error: unknown) =>
            deps.log.error("cannot delete a pod that does not leave", error, { name }),
          );
      }
    },
  };
}

function isGoing(now: EnvironmentPod | undefined, uid: string): boolean {
  return now === undefined || now.uid !== uid || now.phase === "ended" || now.phase === "leaving";
}
