/** Gathers what `plan` decides on. */
import { type LayerVersionObject, parseLayerVersion } from "../../crds/layerversion/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { archiveObject } from "../../kernel/store/names.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import type { Key } from "../controller.ts";
import type { CodeMemory } from "../function/memory.ts";
import { readRecord } from "../version/record.ts";
import { contentHash, memoryKey, recordName } from "./keys.ts";
import { readLast } from "./last.ts";
import type { ContentKnowledge, LayerObserved } from "./observed.ts";

export type ObserveDeps = KubeDep &
  ClockDep &
  StoreDep & {
    memory: CodeMemory;
    /** All Revisions known from the watch. */
    revisions: { list(): RevisionObject[] };
  };

/** Undefined when the LayerVersion is gone; what was remembered of it goes too. */
export async function observe(
  { kube, clock, memory, store, revisions }: ObserveDeps,
  key: Key,
): Promise<LayerObserved | undefined> {
  const raw = await kube.get(resources.layerVersions, key);
  if (raw === undefined) {
    memory.forget(memoryKey(key));
    return undefined;
  }
  const layer = parseLayerVersion(raw);
  const { archiveSha256 } = layer.status;
  return {
    layer,
    contentKnowledge: recall(memory, layer),
    isStored: archiveSha256 !== undefined && (await store.has(archiveObject(archiveSha256))),
    // One that has its number needs no other.
    record:
      layer.status.version === undefined
        ? await readLast(kube, layer, revisions.list())
        : await readRecord(kube, key.namespace, recordName(layer.spec.layerName)),
    nowMs: clock.nowMs(),
  };
}

function recall(memory: CodeMemory, layer: LayerVersionObject): ContentKnowledge {
  const outcome = memory.recall(memoryKey(layer.metadata), contentHash(layer));
  if (outcome === undefined) return { state: "unknown" };
  if (outcome.outcome === "refused") return { state: "refused", problem: outcome.problem };
  if (outcome.code.packageType === "Image") throw new Error("a layer is no image");
  return { state: "known", content: outcome.code.code };
}
