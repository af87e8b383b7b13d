/** Gathers what the kept environments of one Revision are planned on. */
import { components, labels } from "../../crds/labels.ts";
import { labelValue } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Reservations } from "../concurrency/reservations.ts";
import { type PodView, podSchema, revisionOf } from "../pod/view.ts";
import type { Watches } from "../watches.ts";
import { intentFor } from "./intent.ts";
import type { ProvisionedObserved } from "./plan.ts";
import { provisionedTemplate } from "./pod.ts";
import { deathsOf, isKept, keptPods } from "./pods.ts";

export type ObserveDeps = KubeDep &
  ClockDep &
  SettingsDep & {
    watches: Pick<Watches, "versions" | "aliases" | "trust">;
    reservations: Pick<Reservations, "of" | "sumOf" | "unreservedAmong">;
  };

/** The pods are listed anew: one made a moment ago must not be made again because the watch lags. */
export async function observeProvisioned(
  deps: ObserveDeps,
  revision: RevisionObject,
): Promise<ProvisionedObserved> {
  const { watches, kube, clock, settings } = deps;
  const { namespace, name } = revision.metadata;
  const nowMs = clock.nowMs();
  const labelSelector = `${labels.component}=${components.environment},${labels.provisioned}=true`;
  const page = await kube.list(resources.pods, { namespace, labelSelector });
  const [trust] = watches.trust.list();
  const all = page.items.map((raw) => podSchema.parse(raw));
  return {
    nowMs,
    ...intentFor({ namespace, name }, watches.versions.list(), watches.aliases.list(), nowMs),
    pods: keptPods(all, namespace, name),
    deaths: deathsOf(all, namespace, name),
    template: trust === undefined ? undefined : provisionedTemplate(revision, settings, trust),
    unschedulableMsMax: settings.environments.unschedulableSecondsMax * 1000,
    budget: budgetOf(deps, revision, all),
  };
}

/** What is provisioned is taken from the function's reservation, or from what the account has unreserved. */
function budgetOf(
  { reservations, settings }: ObserveDeps,
  { metadata: { namespace, name }, spec: { functionName } }: RevisionObject,
  pods: readonly PodView[],
): ProvisionedObserved["budget"] {
  const reserved = reservations.of(namespace, functionName);
  const others = pods.filter((pod) => revisionOf(pod) !== name);
  const ofFunction = others.filter(
    (pod) => isKept(pod) && pod.metadata.labels[labels.function] === labelValue(functionName),
  );
  return {
    reserved,
    others: reserved === undefined ? reservations.unreservedAmong(namespace, others) : ofFunction.length,
    account: settings.account.concurrentExecutions,
    reservedSum: reservations.sumOf(namespace),
    unreservedMin: settings.account.unreservedMin,
  };
}
