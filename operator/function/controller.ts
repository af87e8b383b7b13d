/** Runs reconciliations of Functions: which key for which change, how many at once. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { functionNameOf } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { createQueue, type Queue } from "../../kernel/queue/queue.ts";
import { createTurns } from "../../kernel/queue/turns.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import { listen } from "../listen.ts";
import type { OperatorMetrics } from "../metrics.ts";
import type { Watches } from "../watches.ts";
import { functionNamed } from "./named.ts";
import { type ReconcileDeps, reconcile } from "./reconcile.ts";

export const workersMax = 4;
/** Each holds an archive in memory, and what it is repacked to: up to 200 MB. */
export const acquiringMax = 2;

type Deps = Omit<ReconcileDeps, "functions" | "layerVersions" | "turns"> &
  RandomDep &
  ClockDep &
  LogDep & { metrics: OperatorMetrics; watches: Watches };

export function createFunctionController(deps: Deps, signal: AbortSignal): Queue {
  const { watches, metrics } = deps;
  const { functions, layerVersions } = watches;
  const reconcileDeps = { ...deps, functions, layerVersions, turns: createTurns(acquiringMax) };
  const queue = createQueue(deps, {
    name: "reconciling a Function",
    workersMax,
    handle: (key) => reconcile(reconcileDeps, key),
    onHandled(ms, failed) {
      metrics.reconcileSeconds.observe({ kind: "Function" }, ms / 1000);
      if (failed) metrics.reconcileErrors.inc({ kind: "Function" });
    },
  });
  listen(watches.functions, signal, (key, now, before) => {
    queue.add(key);
    // One that was the younger of a name may have it now.
    if (now === undefined && before !== undefined) {
      for (const sibling of siblings(before, watches.functions.list())) queue.add(cacheKey(sibling.metadata));
    }
  });
  // Who names a layer waits for it.
  listen(watches.layerVersions, signal, (_key, now, before) => {
    const { namespace } = (now ?? before)?.metadata ?? {};
    for (const { metadata, spec } of functions.list()) {
      if (metadata.namespace === namespace && (spec.layers ?? []).length > 0) queue.add(cacheKey(metadata));
    }
  });
  listen(watches.revisions, signal, (_key, now, before) => {
    const owner = ownerKey(now ?? before);
    if (owner !== undefined) queue.add(owner);
  });
  // A number that was given, and a Function that goes once its versions are gone.
  listen(watches.versions, signal, (_key, now, before) => {
    if (now?.status.version === before?.status.version) return;
    const { metadata, spec } = now ?? before ?? {};
    const of =
      metadata && spec && functionNamed(watches.functions.list(), metadata.namespace, spec.functionName);
    if (of !== undefined) queue.add(cacheKey(of.metadata));
  });
  return queue;
}

function siblings(of: FunctionObject, all: readonly FunctionObject[]): FunctionObject[] {
  return all.filter(
    (one) => one.metadata.namespace === of.metadata.namespace && functionNameOf(one) === functionNameOf(of),
  );
}

function ownerKey(revision: RevisionObject | undefined): string | undefined {
  const owner = revision?.metadata.ownerReferences.find((one) => one.kind === "Function");
  return owner === undefined ? undefined : `${revision?.metadata.namespace}/${owner.name}`;
}
