/**
 * Lets a hello wait for the pod watch: an environment may dial home before the watch has told of its pod. Whoever waits is a stranger
 * still, and there are `linkLimits.strangersMax` of those at most.
 */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { PodIdentity } from "../link/identity.ts";
import type { EnvironmentPod } from "./pod.ts";

export interface PodWaiting {
  waitFor(identity: PodIdentity, ms: number): Promise<EnvironmentPod | undefined>;
  /** To be called for every change of a pod. */
  arrived(pod: EnvironmentPod): void;
}

export function createPodWaiting(
  { clock }: ClockDep,
  get: (key: string) => EnvironmentPod | undefined,
): PodWaiting {
  const waiters = new Map<string, ((pod: EnvironmentPod | undefined) => void)[]>();
  return {
    waitFor({ namespace, name, uid }, ms) {
      const known = get(`${namespace}/${name}`);
      if (known?.uid === uid) return Promise.resolve(known);
      return new Promise((resolve) => {
        const list = waiters.get(uid) ?? [];
        waiters.set(uid, list);
        const settle = (pod: EnvironmentPod | undefined) => {
          cancel();
          const rest = (waiters.get(uid) ?? []).filter((one) => one !== settle);
          if (rest.length === 0) waiters.delete(uid);
          else waiters.set(uid, rest);
          resolve(pod);
        };
        const cancel = clock.after(ms, () => settle(undefined));
        list.push(settle);
      });
    },
    arrived(pod) {
      for (const settle of [...(waiters.get(pod.uid) ?? [])]) settle(pod);
    },
  };
}
