/** Runs the pools: a namespace is looked at when one of its Functions, Revisions or environments changes. */

import type { Queue } from "../../kernel/queue/queue.ts";
import { readKey } from "../../kernel/reflector/cache.ts";
import { listen } from "../listen.ts";
import { createReconcileQueue, type QueueDeps } from "../queue.ts";
import type { Watches } from "../watches.ts";
import { type PoolDeps, reconcilePool } from "./reconcile.ts";

export const workersMax = 4;

type Deps = QueueDeps & Omit<PoolDeps, "trust"> & { watches: Watches };

export function createPoolController(deps: Deps, signal: AbortSignal): Queue {
  const { watches } = deps;
  const trust = () => watches.trust.list()[0];
  const queue = createReconcileQueue(deps, {
    kind: "Pool",
    workersMax,
    reconcile: (namespace) => reconcilePool({ ...deps, trust }, namespace),
  });
  const addNamespaceOf = (key: string) => queue.add(readKey(key).namespace);
  listen(watches.functions, signal, addNamespaceOf);
  listen(watches.revisions, signal, addNamespaceOf);
  listen(watches.aliases, signal, addNamespaceOf);
  listen(watches.pods, signal, addNamespaceOf);
  const addAll = () => {
    for (const { metadata } of watches.functions.list()) queue.add(metadata.namespace);
  };
  listen(watches.trust, signal, addAll);
  addAll();
  return queue;
}
