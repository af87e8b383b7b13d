/** Removes what the plans say: pods as they finish, Revisions and stored objects on a round of their own. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { Again, Queue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import type { CodeMemory } from "../function/memory.ts";
import { listen } from "../listen.ts";
import type { OperatorMetrics } from "../metrics.ts";
import { isOver } from "../pod/view.ts";
import { createReconcileQueue } from "../queue.ts";
import type { Watches } from "../watches.ts";
import { planPods } from "./pods.ts";
import { planRevisions } from "./revisions.ts";
import { createStoredCollection } from "./stored.ts";

export type GarbageDeps = KubeDep &
  ClockDep &
  RandomDep &
  LogDep &
  SettingsDep &
  StoreDep & { watches: Watches; metrics: OperatorMetrics; memory: CodeMemory };

export const roundMs = 15_000;
/** A deleted Function's code is taken this soon after its grace. */
export const soonMs = 5_000;

const kinds = ["pods", "revisions", "objects"] as const;

export function createGarbageController(deps: GarbageDeps, signal: AbortSignal): Queue {
  const { watches } = deps;
  const collectObjects = createStoredCollection(deps, signal);
  const queue = createReconcileQueue(deps, {
    kind: "Garbage",
    // A store that does not answer keeps no finished pod.
    workersMax: kinds.length,
    reconcile: (kind) => collect({ ...deps, collectObjects }, kind),
  });
  for (const kind of kinds) queue.add(kind);
  listen(watches.pods, signal, (_key, pod) => {
    if (pod !== undefined && isOver(pod)) queue.add("pods");
  });
  return queue;
}

async function collect(
  deps: GarbageDeps & { collectObjects(): Promise<void> },
  kind: string,
): Promise<Again> {
  switch (kind) {
    case "pods":
      return collectPods(deps);
    case "revisions":
      await collectRevisions(deps);
      break;
    default:
      await deps.collectObjects();
  }
  return { again: "after", ms: roundMs };
}

async function collectPods(deps: GarbageDeps): Promise<Again> {
  const { remove, againMs } = planPods(deps.watches.pods.list(), deps.clock.nowMs(), deps.settings);
  for (const { metadata } of remove) {
    const { namespace, name, uid } = metadata;
    await deps.kube.remove(resources.pods, { namespace, name }, { uid });
    deps.metrics.garbageRemoved.inc({ what: "pod" });
  }
  return againMs === undefined ? { again: "round" } : { again: "after", ms: Math.max(soonMs, againMs) };
}

async function collectRevisions(deps: GarbageDeps): Promise<void> {
  const { functions, revisions, pods } = deps.watches;
  const nowMs = deps.clock.nowMs();
  const all = { nowMs, functions: functions.list(), revisions: revisions.list(), pods: pods.list() };
  for (const { metadata } of planRevisions(all)) {
    const { namespace, name, uid } = metadata;
    deps.log.info("removing a superseded Revision", { namespace, revision: name });
    await deps.kube.remove(resources.revisions, { namespace, name }, { uid });
    deps.metrics.garbageRemoved.inc({ what: "revision" });
  }
}
