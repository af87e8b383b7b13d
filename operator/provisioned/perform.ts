/** Makes and removes kept environments as planned. */
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { type KubeDep, KubeError } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { type RandomDep, randomSuffix } from "../../kernel/random/random.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Made } from "../pod/starting.ts";
import type { Watches } from "../watches.ts";
import type { ProvisionedPlan } from "./plan.ts";
import { buildProvisionedPod } from "./pod.ts";

export type PerformDeps = KubeDep &
  RandomDep &
  SettingsDep & {
    watches: Pick<Watches, "trust">;
    made: Pick<Made, "add">;
  };

/** Returns what the cluster has against it: quota and admission answer 403, an invalid pod 422. Asked again later. */
export async function performProvisioned(
  { kube, random, settings, watches, made }: PerformDeps,
  revision: RevisionObject,
  { create, remove }: ProvisionedPlan,
): Promise<string | undefined> {
  const { namespace } = revision.metadata;
  // Told to end, an environment finishes what it runs.
  for (const { name, uid } of remove) await kube.remove(resources.pods, { namespace, name }, { uid });
  if (create === 0) return undefined;
  const [trust] = watches.trust.list();
  if (trust === undefined) return "No gateway has come up yet, and environments must know whom to trust.";
  for (let count = 0; count < create; count++) {
    const pod = buildProvisionedPod(revision, randomSuffix(random), settings, trust);
    try {
      await kube.create(resources.pods, pod);
      made.add(cacheKey({ namespace, name: pod.metadata.name }), cacheKey(revision.metadata));
    } catch (error) {
      if (!(error instanceof KubeError) || ![403, 422].includes(error.status.code)) throw error;
      return error.status.message;
    }
  }
  return undefined;
}
