/** Runs the pools: a namespace is looked at when one of its Functions, Revisions or environments changes. */

import { claims } from "../../crds/labels.ts";
import type { Queue } from "../../kernel/queue/queue.ts";
import { readKey } from "../../kernel/reflector/cache.ts";
import { createLine } from "../line.ts";
import { listen } from "../listen.ts";
import { createMade, isStarting } from "../pod/starting.ts";
import { claimOf, type PodView } from "../pod/view.ts";
import { createReconcileQueue, type QueueDeps } from "../queue.ts";
import type { Watches } from "../watches.ts";
import { type PoolDeps, reconcilePool } from "./reconcile.ts";

/** One at a time: two would both take the places that are left for one. */
export const workersMax = 1;

type Deps = QueueDeps & Omit<PoolDeps, "trust" | "made"> & { watches: Watches };

export function createPoolController(deps: Deps, signal: AbortSignal): Queue {
  const { watches } = deps;
  const trust = () => watches.trust.list()[0];
  const made = createMade(deps, signal);
  const line = createLine((namespace) => queue.add(namespace));
  const queue = createReconcileQueue(deps, {
    kind: "Pool",
    workersMax,
    reconcile: (namespace) =>
      line.pass(namespace, (wait) => reconcilePool({ ...deps, trust, made }, namespace, wait)),
  });
  const addNamespaceOf = (key: string) => queue.add(readKey(key).namespace);
  listen(watches.functions, signal, addNamespaceOf);
  listen(watches.revisions, signal, addNamespaceOf);
  listen(watches.aliases, signal, addNamespaceOf);
  const startsHere = (pod: PodView | undefined) =>
    pod !== undefined && claimOf(pod) === claims.pool && isStarting(pod);
  listen(watches.pods, signal, (key, now, before) => {
    addNamespaceOf(key);
    if (startsHere(before) && !startsHere(now)) line.freed();
  });
  const addAll = () => {
    for (const { metadata } of watches.functions.list()) queue.add(metadata.namespace);
  };
  listen(watches.trust, signal, addAll);
  addAll();
  return queue;
}
