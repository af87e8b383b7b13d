/** Runs reconciliations of kept environments: by Revision, for whatever changes how many there should be or are. */
import type { AliasObject } from "../../crds/alias/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { VersionObject } from "../../crds/version/schema.ts";
import type { Queue } from "../../kernel/queue/queue.ts";
import { createLine } from "../line.ts";
import { listen } from "../listen.ts";
import { createMade, isStarting } from "../pod/starting.ts";
import { isProvisioned, type PodView, revisionOf } from "../pod/view.ts";
import { createReconcileQueue, type QueueDeps } from "../queue.ts";
import { aliasIntent, type Intent, intentFor, versionIntent } from "./intent.ts";
import { type ProvisionedDeps, reconcileProvisioned } from "./reconcile.ts";

/** One at a time: two would both take the room that is left for one. */
export const workersMax = 1;

type Deps = Omit<ProvisionedDeps, "made"> & QueueDeps;

export function createProvisionedController(deps: Deps, signal: AbortSignal): Queue {
  const { watches } = deps;
  const made = createMade(deps, signal);
  const line = createLine((key) => queue.add(key));
  const queue = createReconcileQueue(deps, {
    kind: "Provisioned",
    workersMax,
    reconcile: (key) => line.pass(key, (wait) => reconcileProvisioned({ ...deps, made }, key, wait)),
  });
  const addAll = <T extends AliasObject | VersionObject>(
    intentOf: (of: T, nowMs: number) => Intent,
    states: (T | undefined)[],
  ) => {
    for (const state of states) {
      if (state === undefined) continue;
      for (const revision of intentOf(state, deps.clock.nowMs()).counts.keys())
        queue.add(`${state.metadata.namespace}/${revision}`);
    }
  };
  const addPod = (pod: PodView | undefined) => {
    if (pod !== undefined && isProvisioned(pod)) queue.add(`${pod.metadata.namespace}/${revisionOf(pod)}`);
  };
  listen(watches.versions, signal, (_key, now, before) => addAll(versionIntent, [now, before]));
  listen(watches.aliases, signal, (_key, now, before) => addAll(aliasIntent, [now, before]));
  const startsHere = (pod: PodView | undefined) => pod !== undefined && isProvisioned(pod) && isStarting(pod);
  listen(watches.pods, signal, (_key, now, before) => {
    addPod(now ?? before);
    if (startsHere(before) && !startsHere(now)) line.freed();
  });
  listen(watches.revisions, signal, (key, now, before) => {
    // Known later than what asks for it: nothing else would tell. One that goes is forgotten.
    if (now === undefined || (before === undefined && isAskedFor(deps, now))) queue.add(key);
  });
  for (const version of watches.versions.list()) addAll(versionIntent, [version]);
  for (const alias of watches.aliases.list()) addAll(aliasIntent, [alias]);
  for (const pod of watches.pods.list()) addPod(pod);
  return queue;
}

function isAskedFor(
  { watches, clock }: Pick<Deps, "watches" | "clock">,
  { metadata }: RevisionObject,
): boolean {
  const intent = intentFor(metadata, watches.versions.list(), watches.aliases.list(), clock.nowMs());
  return intent.wanted > 0 || intent.nextMs !== undefined;
}
