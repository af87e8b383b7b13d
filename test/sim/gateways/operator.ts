/** The operator, as gateways notice it: keeps the pool and what is provisioned, and writes labels some time after a claim. */
import type { Target } from "../../../gateway/placer/state.ts";
import type { Pod } from "./api.ts";
import type { SimEnvironment } from "./environment.ts";
import { firstVersion, functions, readRevision, targetOf } from "./functions.ts";
import type { World } from "./surroundings.ts";

export interface OperatorWorld extends World {
  environments: Map<string, SimEnvironment>;
  addPod(shape: string | undefined, own?: { target: Target; kept: boolean }): Pod;
  startPod(pod: Pod, done?: () => void): void;
}

const poolSize = 3;
const everyMs = 700;

export function operate(stage: OperatorWorld): void {
  const { api, environments, chance, time } = stage;
  const unclaimed = [...environments.values()].filter(({ id, revision }) => {
    return revision() === undefined && api.pods.get(id)?.madeFor === undefined;
  });
  for (let count = unclaimed.length; count < poolSize; count++) stage.startPod(stage.addPod("pool"));
  for (const of of functions) {
    const { key } = targetOf(of, firstVersion);
    const isOne = (id: string) => api.pods.get(id)?.kept === true && api.pods.get(id)?.madeFor === key;
    const kept = [...environments.keys()].filter(isOne).length;
    for (let count = kept; count < of.provisioned; count++)
      stage.startPod(stage.addPod(undefined, { target: targetOf(of, firstVersion), kept: true }));
  }
  for (const { id, revision } of environments.values()) {
    const pod = api.pods.get(id);
    const runs = revision();
    if (pod !== undefined && runs !== undefined && chance.percent(50))
      pod.functionKey = readRevision(runs).of.functionKey;
  }
  time.after(everyMs, () => operate(stage));
}
