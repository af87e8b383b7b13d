/** Reconciles Functions, and knows which of them what else changes concerns. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { functionNameOf } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { Queue } from "../../kernel/queue/queue.ts";
import { createTurns } from "../../kernel/queue/turns.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import type { Reservations } from "../concurrency/reservations.ts";
import { createController } from "../controller.ts";
import { listen } from "../listen.ts";
import type { QueueDeps } from "../queue.ts";
import type { Watches } from "../watches.ts";
import { functionNamed } from "./named.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { type PerformDeps, perform } from "./perform.ts";
import { plan } from "./plan.ts";

export const workersMax = 4;
/** Each holds an archive in memory, and what it is repacked to: up to 200 MB. */
export const acquiringMax = 2;

type Deps = QueueDeps &
  Omit<ObserveDeps, "functions" | "layerVersions"> &
  Omit<PerformDeps, "turns"> & { watches: Watches; reservations: Reservations };

export function createFunctionController(deps: Deps, signal: AbortSignal): Queue {
  const { watches } = deps;
  const { functions, layerVersions } = watches;
  const observeDeps = { ...deps, functions, layerVersions };
  const performDeps = { ...deps, turns: createTurns(acquiringMax) };
  const queue = createController(
    deps,
    {
      kind: "Function",
      workersMax,
      objects: functions,
      observe: (key) => observe(observeDeps, key),
      plan: (observed) => plan(observed, deps.settings),
      perform: (observed, action) => perform(performDeps, observed, action),
      moving: ["addFinalizer", "acquireCode", "removeRevision"],
    },
    signal,
  );
  listen(functions, signal, (key, now, before) => {
    if (now === undefined) deps.reservations.forget(key);
    // One that was the younger of a name may have it now.
    if (now === undefined && before !== undefined) {
      for (const sibling of siblings(before, watches.functions.list())) queue.add(cacheKey(sibling.metadata));
    }
  });
  deps.reservations.onRoom((namespace) => {
    for (const { metadata, spec } of functions.list()) {
      if (metadata.namespace === namespace && spec.reservedConcurrency !== undefined)
        queue.add(cacheKey(metadata));
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
