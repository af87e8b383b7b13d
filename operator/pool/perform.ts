/** Makes and removes pool pods as planned. A refusal is no error of ours: it is told, and the pool waits. */
import { poolConfigMap } from "../../crds/names.ts";
import { type KubeDep, KubeError } from "../../kernel/kube/port.ts";
import { apiVersionOf, resources } from "../../kernel/kube/resources.ts";
import { describe, type LogDep } from "../../kernel/log/log.ts";
import type { Trust } from "../../kernel/pod/frame.ts";
import { buildPoolPod } from "../../kernel/pod/pool.ts";
import { type RandomDep, randomSuffix } from "../../kernel/random/random.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Teller } from "../events/tell.ts";
import type { Made } from "../pod/starting.ts";
import type { PoolPlan } from "./plan.ts";
import { ownerOf, type PoolRecord } from "./record.ts";
import type { Refusals } from "./refusals.ts";

export type PerformDeps = KubeDep &
  RandomDep &
  LogDep &
  SettingsDep & { refusals: Refusals; teller: Teller; made: Pick<Made, "add"> };

export interface PoolPlace {
  namespace: string;
  trust: Trust;
}

/** `keepRecord` sees to the ConfigMap that owns the pods. */
export async function performPool(
  deps: PerformDeps,
  place: PoolPlace,
  plan: PoolPlan,
  keepRecord: () => Promise<PoolRecord>,
): Promise<void> {
  const { kube, refusals, log } = deps;
  const { namespace } = place;
  for (const { name, uid, reason } of plan.remove) {
    log.info("removing a pool pod", { namespace, pod: name, reason });
    await kube.remove(resources.pods, { namespace, name }, { uid });
  }
  let owner: PoolRecord | undefined;
  try {
    owner = await keepRecord();
    await createAll(deps, place, plan, owner);
    if (plan.create.length > 0) refusals.accepted(namespace);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    refusals.refused(namespace);
    log.warn("the cluster refuses a pool pod", { namespace, reason: describe(error) });
    const note = `The warm pool waits, for the cluster refused it a pod: ${error.status.message}`;
    if (owner !== undefined) await tell(deps, namespace, owner, "PoolRefused", note);
  }
  const { heldBack } = plan;
  if (owner !== undefined && heldBack !== undefined && refusals.isNews(namespace, heldBack.atMs)) {
    const note = `The warm pool waits, for its environments end before they are of use: ${heldBack.message}`;
    await tell(deps, namespace, owner, "PoolHeldBack", note);
  }
}

async function createAll(
  { kube, random, settings, made }: PerformDeps,
  { namespace, trust }: PoolPlace,
  { create }: PoolPlan,
  record: PoolRecord,
): Promise<void> {
  const owner = ownerOf(record);
  for (const shape of create) {
    const pod = buildPoolPod({ shape, owner, random: randomSuffix(random) }, settings, trust);
    await kube.create(resources.pods, pod);
    made.add(cacheKey({ namespace, name: pod.metadata.name }), namespace);
  }
}

/** Quota and admission answer 403, an invalid pod 422, a missing namespace 404. */
function isRefusal(error: unknown): error is KubeError {
  return error instanceof KubeError && [403, 404, 422].includes(error.status.code);
}

async function tell(
  { teller }: PerformDeps,
  namespace: string,
  owner: PoolRecord,
  reason: "PoolRefused" | "PoolHeldBack",
  note: string,
): Promise<void> {
  const about = {
    apiVersion: apiVersionOf(resources.configMaps),
    kind: resources.configMaps.kind,
    metadata: { name: poolConfigMap, namespace, uid: owner.uid },
  };
  await teller.tell(about, { type: "Warning", reason, action: "Refill", note });
}
