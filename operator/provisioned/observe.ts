/** Gathers what the kept environments of one Revision are planned on. */
import { components, labels } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Reservations } from "../concurrency/reservations.ts";
import { type Made, startingAges } from "../pod/starting.ts";
import { troubleOf } from "../pod/trouble.ts";
import { isProvisioned, type PodView, podSchema, revisionOf } from "../pod/view.ts";
import type { Watches } from "../watches.ts";
import { intentFor } from "./intent.ts";
import type { ProvisionedObserved } from "./plan.ts";
import { provisionedTemplate } from "./pod.ts";
import { deathsOf, keptPods } from "./pods.ts";

export type ObserveDeps = KubeDep &
  ClockDep &
  SettingsDep & {
    watches: Pick<Watches, "versions" | "aliases" | "trust" | "pods">;
    /** By Revision, `namespace/name`. */
    made: Pick<Made, "unseenBut">;
    reservations: Pick<Reservations, "provide">;
  };

/** The pods are listed anew: one made a moment ago must not be made again because the watch lags. */
export async function observeProvisioned(
  deps: ObserveDeps,
  revision: RevisionObject,
): Promise<ProvisionedObserved> {
  const { watches, kube, clock, settings, reservations } = deps;
  const { namespace, name } = revision.metadata;
  const nowMs = clock.nowMs();
  const labelSelector = `${labels.component}=${components.environment},${labels.provisioned}=true`;
  const page = await kube.list(resources.pods, { namespace, labelSelector });
  const [trust] = watches.trust.list();
  const all = page.items.map((raw) => podSchema.parse(raw));
  const intent = intentFor({ namespace, name }, watches.versions.list(), watches.aliases.list(), nowMs);
  const pods = keptPods(all, namespace, name);
  const { functionName } = revision.spec;
  const asked = { namespace, revision: name, functionName, wanted: intent.wanted, there: pods.length };
  const isOther = (pod: PodView) =>
    isProvisioned(pod) &&
    (pod.metadata.namespace !== namespace || revisionOf(pod) !== name) &&
    troubleOf(pod)?.kind !== "unschedulable";
  return {
    nowMs,
    ...intent,
    pods,
    startingElsewhereMs: [
      ...startingAges(watches.pods.list().filter(isOther), nowMs),
      ...deps.made.unseenBut(cacheKey(revision.metadata)),
    ],
    deaths: deathsOf(all, namespace, name),
    template: trust === undefined ? undefined : provisionedTemplate(revision, settings, trust),
    ageMsMax: settings.environments.ageSecondsMax * 1000,
    unschedulableMsMax: settings.environments.unschedulableSecondsMax * 1000,
    provision: reservations.provide(asked, all),
  };
}
