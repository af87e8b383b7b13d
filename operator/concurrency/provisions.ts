/**
 * How many provisioned environments each Revision was granted by this process: what is granted is made a few at a time, and told of
 * by the watch later still. A Revision not looked at yet has those that are there.
 */
import { labels } from "../../crds/labels.ts";
import { readKey } from "../../kernel/reflector/cache.ts";
import { type PodView, revisionOf } from "../pod/view.ts";
import { isKept } from "../provisioned/pods.ts";

export interface Provisioned {
  /** By Revision, `namespace/name`. */
  key: string;
  /** Its function's name, as labels have it. */
  functionLabel: string;
  count: number;
}

export interface Provisions {
  /** What the Revision had before. */
  set(now: Provisioned): number;
  /** Of a namespace, whose pods these are. */
  among(namespace: string, pods: readonly PodView[]): Provisioned[];
}

export function createProvisions(): Provisions {
  const granted = new Map<string, Provisioned>();
  return {
    set(now) {
      const before = granted.get(now.key)?.count ?? 0;
      if (now.count === 0) granted.delete(now.key);
      else granted.set(now.key, now);
      return before;
    },
    among(namespace, pods) {
      const there = new Map<string, Provisioned>();
      for (const pod of pods) {
        if (pod.metadata.namespace !== namespace || !isKept(pod)) continue;
        const key = `${namespace}/${revisionOf(pod)}`;
        const functionLabel = pod.metadata.labels[labels.function] ?? "";
        there.set(key, { key, functionLabel, count: (there.get(key)?.count ?? 0) + 1 });
      }
      for (const one of granted.values())
        if (readKey(one.key).namespace === namespace) there.set(one.key, one);
      return [...there.values()];
    },
  };
}
