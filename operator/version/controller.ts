/** Reconciles Versions, and knows which of them what else changes concerns. */
import { functionNameOf } from "../../crds/names.ts";
import type { VersionObject } from "../../crds/version/schema.ts";
import type { Queue } from "../../kernel/queue/queue.ts";
import { cacheKey, readKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { usesVersion } from "../alias/uses.ts";
import { createController } from "../controller.ts";
import { listen } from "../listen.ts";
import { isProvisioned, revisionOf } from "../pod/view.ts";
import { askedAnew, versionIntent } from "../provisioned/intent.ts";
import type { ProvisionRefusals } from "../provisioned/refusals.ts";
import type { QueueDeps } from "../queue.ts";
import type { Watches } from "../watches.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { type PerformDeps, perform } from "./perform.ts";
import { plan } from "./plan.ts";

/** One at a time: two of a function would both want the next number, and one of them would have to try again. */
export const workersMax = 1;

type Deps = QueueDeps &
  ObserveDeps &
  PerformDeps &
  SettingsDep & { watches: Watches; provisionRefusals: ProvisionRefusals };

export function createVersionController(deps: Deps, signal: AbortSignal): Queue {
  const { watches } = deps;
  const queue = createController(
    deps,
    {
      kind: "Version",
      workersMax,
      objects: watches.versions,
      observe: (key) => observe(deps, key),
      plan: (observed) => plan(observed, deps.settings),
      perform: (observed, action) => perform(deps, observed, action),
      moving: ["addFinalizer"],
    },
    signal,
  );
  const addWhere = (holds: (version: VersionObject) => boolean) => {
    for (const version of watches.versions.list()) if (holds(version)) queue.add(cacheKey(version.metadata));
  };
  const addOf = (namespace: string | undefined, revision: string | undefined) =>
    addWhere(({ metadata, status }) => metadata.namespace === namespace && status.revision === revision);
  // One of the same Revision may have more or fewer of its environments now.
  listen(watches.versions, signal, (_key, now, before) => {
    const nowMs = deps.clock.nowMs();
    const [after, ago] = [now, before].map((one) => one && versionIntent(one, nowMs));
    for (const revision of askedAnew(after, ago)) addOf((now ?? before)?.metadata.namespace, revision);
  });
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
  deps.provisionRefusals.onChange((key) => {
    const { namespace, name } = readKey(key);
    addOf(namespace, name);
  });
  listen(watches.pods, signal, (_key, now, before) => {
    const pod = now ?? before;
    if (pod === undefined || !isProvisioned(pod)) return;
    addOf(pod.metadata.namespace, revisionOf(pod));
  });
  return queue;
}
