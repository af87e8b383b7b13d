/** Runs the pools: a namespace is looked at when one of its Functions, Revisions or environments changes. */
import { createQueue, type Queue } from "../../kernel/queue/queue.ts";
import { listen } from "../listen.ts";
import type { OperatorMetrics } from "../metrics.ts";
import type { Watches } from "../watches.ts";
import { type PoolDeps, reconcilePool } from "./reconcile.ts";

export const workersMax = 4;

type Deps = Omit<PoolDeps, "watches" | "metrics" | "trust"> & { watches: Watches; metrics: OperatorMetrics };

export function createPoolController(deps: Deps, signal: AbortSignal): Queue {
  const { watches, metrics } = deps;
  const trust = () => watches.trust.list()[0];
  const queue = createQueue(deps, {
    name: "reconciling a pool",
    workersMax,
    handle: (namespace) => reconcilePool({ ...deps, trust }, namespace),
    onHandled(ms, failed) {
      metrics.reconcileSeconds.observe({ kind: "Pool" }, ms / 1000);
      if (failed) metrics.reconcileErrors.inc({ kind: "Pool" });
    },
  });
  const addNamespaceOf = (key: string) => queue.add(key.split("/")[0] ?? "");
  listen(watches.functions, signal, addNamespaceOf);
  listen(watches.revisions, signal, addNamespaceOf);
  listen(watches.aliases, signal, addNamespaceOf);
  listen(watches.pods, signal, addNamespaceOf);
  listen(watches.trust, signal, () => {
    for (const of of watches.functions.list()) queue.add(of.metadata.namespace);
  });
  return queue;
}
