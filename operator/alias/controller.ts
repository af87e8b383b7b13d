/** Runs reconciliations of Aliases: which key for which change, how many at once. */
import type { AliasObject } from "../../crds/alias/schema.ts";
import { functionNameOf } from "../../crds/names.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { createQueue, type Queue } from "../../kernel/queue/queue.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import { listen } from "../listen.ts";
import type { OperatorMetrics } from "../metrics.ts";
import { revisionOf } from "../pod/view.ts";
import { aliasIntent } from "../provisioned/intent.ts";
import { isProvisioned } from "../provisioned/pods.ts";
import type { ProvisionRefusals } from "../provisioned/refusals.ts";
import type { Watches } from "../watches.ts";
import { type ReconcileDeps, reconcile } from "./reconcile.ts";

export const workersMax = 4;

type Deps = ReconcileDeps &
  RandomDep &
  ClockDep &
  LogDep & { metrics: OperatorMetrics; watches: Watches; provisionRefusals: ProvisionRefusals };

export function createAliasController(deps: Deps, signal: AbortSignal): Queue {
  const { watches, metrics } = deps;
  const queue = createQueue(deps, {
    name: "reconciling an Alias",
    workersMax,
    handle: (key) => reconcile(deps, key),
    onHandled(ms, failed) {
      metrics.reconcileSeconds.observe({ kind: "Alias" }, ms / 1000);
      if (failed) metrics.reconcileErrors.inc({ kind: "Alias" });
    },
  });
  const aliasesOf = (namespace: string, functionName: string): AliasObject[] =>
    watches.aliases
      .list()
      .filter(({ metadata, spec }) => metadata.namespace === namespace && spec.functionName === functionName);
  const addAliasesOf = (namespace: string, functionName: string) => {
    for (const { metadata } of aliasesOf(namespace, functionName)) queue.add(cacheKey(metadata));
  };
  listen(watches.aliases, signal, (key, now, before) => {
    queue.add(key);
    // One that was the younger of a name may have it now.
    if (now === undefined && before !== undefined)
      addAliasesOf(before.metadata.namespace, before.spec.functionName);
  });
  listen(watches.functions, signal, (_key, now, before) => {
    const of = now ?? before;
    if (of !== undefined && now?.status.revision !== before?.status.revision)
      addAliasesOf(of.metadata.namespace, functionNameOf(of));
  });
  listen(watches.versions, signal, (_key, now, before) => {
    const version = now ?? before;
    if (version !== undefined && now?.status.version !== before?.status.version)
      addAliasesOf(version.metadata.namespace, version.spec.functionName);
  });
  const addSharing = (namespace: string, revision: string | undefined) => {
    for (const alias of watches.aliases.list())
      if (
        alias.metadata.namespace === namespace &&
        aliasIntent(alias, deps.clock.nowMs()).counts.has(revision ?? "")
      )
        queue.add(cacheKey(alias.metadata));
  };
  listen(watches.pods, signal, (_key, now, before) => {
    const pod = now ?? before;
    if (pod !== undefined && isProvisioned(pod)) addSharing(pod.metadata.namespace, revisionOf(pod));
  });
  deps.provisionRefusals.onChange((key) => {
    const [namespace = "", revision] = key.split("/");
    addSharing(namespace, revision);
  });
  return queue;
}
