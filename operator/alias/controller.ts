/** Reconciles Aliases, and knows which of them what else changes concerns. */
import type { AliasObject } from "../../crds/alias/schema.ts";
import { functionNameOf } from "../../crds/names.ts";
import type { VersionObject } from "../../crds/version/schema.ts";
import type { Queue } from "../../kernel/queue/queue.ts";
import { cacheKey, readKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { createController } from "../controller.ts";
import { listen } from "../listen.ts";
import { isProvisioned, revisionOf } from "../pod/view.ts";
import { aliasIntent, askedAnew, type Intent, versionIntent } from "../provisioned/intent.ts";
import type { ProvisionRefusals } from "../provisioned/refusals.ts";
import type { QueueDeps } from "../queue.ts";
import type { Watches } from "../watches.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { type PerformDeps, perform } from "./perform.ts";
import { plan } from "./plan.ts";

export const workersMax = 4;

type Deps = QueueDeps &
  ObserveDeps &
  PerformDeps &
  SettingsDep & { watches: Watches; provisionRefusals: ProvisionRefusals };

export function createAliasController(deps: Deps, signal: AbortSignal): Queue {
  const { watches } = deps;
  const queue = createController(
    deps,
    {
      kind: "Alias",
      workersMax,
      objects: watches.aliases,
      observe: (key) => observe(deps, key),
      plan: (observed) => plan(observed, deps.settings),
      perform: (observed, action) => perform(deps, observed, action),
      moving: [],
    },
    signal,
  );
  const aliasesOf = (namespace: string, functionName: string): AliasObject[] =>
    watches.aliases
      .list()
      .filter(({ metadata, spec }) => metadata.namespace === namespace && spec.functionName === functionName);
  const addAliasesOf = (namespace: string, functionName: string) => {
    for (const { metadata } of aliasesOf(namespace, functionName)) queue.add(cacheKey(metadata));
  };
  const addSharing = (namespace: string, revision: string | undefined) => {
    for (const alias of watches.aliases.list())
      if (
        alias.metadata.namespace === namespace &&
        aliasIntent(alias, deps.clock.nowMs()).counts.has(revision ?? "")
      )
        queue.add(cacheKey(alias.metadata));
  };
  /** How many of a Revision's environments are an alias's hangs on what the others ask for. */
  const addBehind = <T extends AliasObject | VersionObject>(
    intentOf: (of: T, nowMs: number) => Intent,
    now: T | undefined,
    before: T | undefined,
  ) => {
    const nowMs = deps.clock.nowMs();
    const [after, ago] = [now, before].map((one) => one && intentOf(one, nowMs));
    for (const revision of askedAnew(after, ago))
      addSharing((now ?? before)?.metadata.namespace ?? "", revision);
  };
  listen(watches.aliases, signal, (_key, now, before) => {
    addBehind(aliasIntent, now, before);
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
    addBehind(versionIntent, now, before);
    const version = now ?? before;
    if (version !== undefined && now?.status.version !== before?.status.version)
      addAliasesOf(version.metadata.namespace, version.spec.functionName);
  });
  listen(watches.pods, signal, (_key, now, before) => {
    const pod = now ?? before;
    if (pod !== undefined && isProvisioned(pod)) addSharing(pod.metadata.namespace, revisionOf(pod));
  });
  listen(watches.revisions, signal, (_key, now, before) => {
    const { metadata, status } = now ?? before ?? {};
    if (metadata !== undefined && status?.provisioned !== undefined)
      addSharing(metadata.namespace, metadata.name);
  });
  deps.provisionRefusals.onChange((key) => {
    const { namespace, name } = readKey(key);
    addSharing(namespace, name);
  });
  return queue;
}
