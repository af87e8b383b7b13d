/** The kept environments of one Revision, brought to the number that is asked for. */

import { components, labels } from "../../crds/labels.ts";
import { labelValue } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { type KubeDep, KubeError } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { buildDedicatedPod } from "../../kernel/pod/dedicated.ts";
import { type Again, roundMs } from "../../kernel/queue/queue.ts";
import { type RandomDep, randomSuffix } from "../../kernel/random/random.ts";
import { readKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { decideProvision, type Provision } from "../concurrency/provision.ts";
import type { Reservations } from "../concurrency/reservations.ts";
import { type PodView, podSchema, revisionOf } from "../pod/view.ts";
import type { Watches } from "../watches.ts";
import { intentFor } from "./intent.ts";
import { planProvisioned } from "./plan.ts";
import { isKept, keptPods } from "./pods.ts";
import type { ProvisionRefusals } from "./refusals.ts";

export type ProvisionedDeps = KubeDep &
  ClockDep &
  RandomDep &
  SettingsDep & {
    watches: Watches;
    provisionRefusals: ProvisionRefusals;
    reservations: Pick<Reservations, "of" | "sumOf" | "unreservedAmong">;
  };

/** After a refusal; quota may have become free. */
export const refusedMs = 15_000;
/** The rest of a large number. */
export const nextRoundMs = 1_000;

export async function reconcileProvisioned(deps: ProvisionedDeps, key: string): Promise<Again> {
  const { watches, kube, provisionRefusals } = deps;
  const { namespace, name } = readKey(key);
  const revision = watches.revisions.get(key);
  if (revision === undefined) {
    provisionRefusals.set(key, undefined);
    return { again: "never" };
  }
  const nowMs = deps.clock.nowMs();
  const { wanted, nextMs } = intentFor(
    { namespace, name },
    watches.versions.list(),
    watches.aliases.list(),
    nowMs,
  );
  // Listed anew: one made a moment ago must not be made again because the watch lags.
  const labelSelector = `${labels.component}=${components.environment},${labels.provisioned}=true`;
  const page = await kube.list(resources.pods, { namespace, labelSelector });
  const all = page.items.map((raw) => podSchema.parse(raw));
  const pods = keptPods(all, namespace, name);
  const { allowed, problem } = allowedFor(deps, revision, wanted, pods.length, all);
  const { create, remove } = planProvisioned(allowed, pods);
  // Told to end, an environment finishes what it runs.
  for (const pod of remove)
    await kube.remove(resources.pods, { namespace, name: pod.name }, { uid: pod.uid });
  const refusal = (await createAll(deps, revision, create)) ?? problem;
  provisionRefusals.set(key, refusal);
  if (refusal !== undefined) return { again: "after", ms: refusedMs };
  if (pods.length + create < wanted) return { again: "after", ms: nextRoundMs };
  if (nextMs !== undefined) return { again: "after", ms: Math.min(roundMs, Math.max(1, nextMs - nowMs)) };
  return wanted === 0 ? { again: "never" } : { again: "round" };
}

/** What is provisioned is taken from the function's reservation, or from what the account has unreserved. */
function allowedFor(
  { reservations, settings }: ProvisionedDeps,
  { metadata: { namespace, name }, spec: { functionName } }: RevisionObject,
  wanted: number,
  there: number,
  pods: readonly PodView[],
): Provision {
  const reserved = reservations.of(namespace, functionName);
  const others = pods.filter((pod) => revisionOf(pod) !== name);
  const ofFunction = others.filter(
    (pod) => isKept(pod) && pod.metadata.labels[labels.function] === labelValue(functionName),
  );
  return decideProvision({
    wanted,
    there,
    reserved,
    others: reserved === undefined ? reservations.unreservedAmong(namespace, others) : ofFunction.length,
    account: settings.account.concurrentExecutions,
    reservedSum: reservations.sumOf(namespace),
    unreservedMin: settings.account.unreservedMin,
  });
}

/** Quota and admission answer 403, an invalid pod 422: told, and tried again later. */
async function createAll(
  { kube, random, settings, watches }: ProvisionedDeps,
  revision: RevisionObject,
  count: number,
): Promise<string | undefined> {
  const [trust] = watches.trust.list();
  if (count > 0 && trust === undefined)
    return "No gateway has come up yet, and environments must know whom to trust.";
  for (let made = 0; made < count && trust !== undefined; made++) {
    const pod = buildDedicatedPod(
      { revision, random: randomSuffix(random), isProvisioned: true },
      settings,
      trust,
    );
    try {
      await kube.create(resources.pods, pod);
    } catch (error) {
      if (!(error instanceof KubeError) || ![403, 422].includes(error.status.code)) throw error;
      return error.status.message;
    }
  }
  return undefined;
}
