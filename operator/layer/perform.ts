/** Carries out one action of a plan, without a decision of its own. */
import { fieldManagers } from "../../crds/labels.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Teller } from "../events/tell.ts";
import type { CodeMemory } from "../function/memory.ts";
import { writeRecord } from "../version/record.ts";
import { type AcquireDeps, acquire } from "./acquire.ts";
import { contentHash, memoryKey, recordName } from "./keys.ts";
import type { LayerObserved } from "./observed.ts";
import type { Action } from "./plan.ts";

export type PerformDeps = KubeDep & AcquireDeps & { memory: CodeMemory; teller: Teller };

export async function perform(deps: PerformDeps, observed: LayerObserved, action: Action): Promise<void> {
  const { kube, memory } = deps;
  const { layer, record } = observed;
  const { namespace, name, uid } = layer.metadata;
  switch (action.action) {
    case "acquireContent":
      memory.remember(memoryKey(layer.metadata), contentHash(layer), await acquire(deps, layer));
      return;
    case "recordLast": {
      const next = { ...record, last: action.last };
      await writeRecord(kube, namespace, recordName(layer.spec.layerName), next);
      return;
    }
    case "writeStatus": {
      const { apiVersion, kind } = layer;
      const object = { apiVersion, kind, metadata: { name, namespace, uid }, status: action.status };
      await kube.applyStatus(resources.layerVersions, object, fieldManagers.operator);
      return;
    }
    case "tell":
      await deps.teller.tell(layer, action.story);
      return;
    case "forget":
      memory.forget(memoryKey(layer.metadata));
      return;
  }
}
