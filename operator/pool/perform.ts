/** Makes and removes pool pods as planned. A refusal is no error of ours: it is told, and the pool waits. */
import { KubeError } from "../../kernel/kube/port.ts";
import { apiVersionOf, resources } from "../../kernel/kube/resources.ts";
import { describe } from "../../kernel/log/log.ts";
import type { Trust } from "../../kernel/pod/frame.ts";
import { buildPoolPod } from "../../kernel/pod/pool.ts";
import { randomSuffix } from "../../kernel/random/random.ts";
import type { PoolPlan } from "./plan.ts";
import type { PoolDeps } from "./reconcile.ts";
import { ownerOf, type PoolRecord, poolConfigMap } from "./record.ts";

export interface PoolPlace {
  namespace: string;
  trust: Trust;
  owner: PoolRecord;
}

export async function performPool(deps: PoolDeps, place: PoolPlace, plan: PoolPlan): Promise<void> {
  const { kube, refusals, random, settings, log } = deps;
  const { namespace, trust } = place;
  for (const { name, uid, reason } of plan.remove) {
    log.info("removing a pool pod", { namespace, pod: name, reason });
    await kube.remove(resources.pods, { namespace, name }, { uid });
  }
  const owner = ownerOf(place.owner);
  for (const shape of plan.create) {
    const pod = buildPoolPod({ shape, owner, random: randomSuffix(random) }, settings, trust);
    try {
      await kube.create(resources.pods, pod);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.refused(namespace);
      await tellRefusal(deps, place, error);
      return;
    }
  }
  if (plan.create.length > 0) refusals.accepted(namespace);
}

/** Quota and admission answer 403, an invalid pod 422, a missing namespace or one being deleted 404 and 403. */
function isRefusal(error: unknown): error is KubeError {
  return error instanceof KubeError && [403, 404, 422].includes(error.status.code);
}

async function tellRefusal(deps: PoolDeps, { namespace, owner }: PoolPlace, error: KubeError): Promise<void> {
  deps.log.warn("the cluster refuses a pool pod", { namespace, reason: describe(error) });
  const about = {
    apiVersion: apiVersionOf(resources.configMaps),
    kind: resources.configMaps.kind,
    metadata: { name: poolConfigMap, namespace, uid: owner.uid },
  };
  const note = `The warm pool waits, for the cluster refused it a pod: ${error.status.message}`;
  await deps.teller.tell(about, { type: "Warning", reason: "PoolRefused", action: "Refill", note });
}
