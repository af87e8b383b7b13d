/** Runs reconciliations of Versions: which key for which change. */
import { functionNameOf } from "../../crds/names.ts";
import type { VersionObject } from "../../crds/version/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { createQueue, type Queue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import { usesVersion } from "../alias/uses.ts";
import { listen } from "../listen.ts";
import type { OperatorMetrics } from "../metrics.ts";
import { revisionOf } from "../pod/view.ts";
import { isProvisioned } from "../provisioned/pods.ts";
import type { ProvisionRefusals } from "../provisioned/refusals.ts";
import type { Watches } from "../watches.ts";
import { type ReconcileDeps, reconcile } from "./reconcile.ts";

/** One at a time: two of a function would both want the next number, and one of them would have to try again. */
export const workersMax = 1;

type Deps = ReconcileDeps &
  RandomDep &
  ClockDep &
  LogDep & { metrics: OperatorMetrics; watches: Watches; provisionRefusals: ProvisionRefusals };

export function createVersionController(deps: Deps, signal: AbortSignal): Queue {
  const { watches, metrics } = deps;
  const queue = createQueue(deps, {
    name: "reconciling a Version",
    workersMax,
    handle: (key) => reconcile(deps, key),
    onHandled(ms, failed) {
      metrics.reconcileSeconds.observe({ kind: "Version" }, ms / 1000);
      if (failed) metrics.reconcileErrors.inc({ kind: "Version" });
    },
  });
  const addWhere = (holds: (version: VersionObject) => boolean) => {
    for (const version of watches.versions.list()) if (holds(version)) queue.add(cacheKey(version.metadata));
  };
  const addOf = (namespace: string, revision: string | undefined) =>
    addWhere(({ metadata, status }) => metadata.namespace === namespace && status.revision === revision);
  listen(watches.versions, signal, (key) => queue.add(key));
  listen(watches.functions, signal, (_key, now, before) => {
    const of = now ?? before;
    if (of === undefined) return;
    // What is published does not change with its function.
    addWhere(
      ({ metadata, spec, status }) =>
        status.version === undefined &&
        metadata.namespace === of.metadata.namespace &&
        spec.functionName === functionNameOf(of),
    );
  });
  listen(watches.aliases, signal, (_key, now, before) => {
    const states = [now, before].filter((one) => one !== undefined);
    addWhere((version) => states.some((alias) => usesVersion(alias, version)));
  });
  listen(watches.revisions, signal, (_key, now, before) => {
    const { metadata } = now ?? before ?? {};
    if (metadata !== undefined) addOf(metadata.namespace, metadata.name);
  });
  deps.provisionRefusals.onChange((key) => addOf(...splitKey(key)));
  listen(watches.pods, signal, (_key, now, before) => {
    const pod = now ?? before;
    if (pod === undefined || !isProvisioned(pod)) return;
    addOf(pod.metadata.namespace, revisionOf(pod));
  });
  return queue;
}

function splitKey(key: string): [string, string | undefined] {
  const [namespace = "", name] = key.split("/");
  return [namespace, name];
}
