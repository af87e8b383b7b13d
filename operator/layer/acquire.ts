/** A layer's content, fetched, checked and stored as a function's code is. */
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import type { Turns } from "../../kernel/queue/turns.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import { acquireCode } from "../code/acquire.ts";
import { CodeError } from "../code/error.ts";
import type { FetchDeps } from "../code/fetch.ts";
import { sourceOf } from "../code/source.ts";
import type { CodeMemory, Outcome } from "../function/memory.ts";
import { memoryKey } from "./keys.ts";

export type AcquireDeps = FetchDeps & StoreDep & { memory: CodeMemory; turns: Turns };

/** Rejects only with what is no finding about the content: the queue tries again. */
export async function acquire(deps: AcquireDeps, layer: LayerVersionObject): Promise<Outcome> {
  const { metadata, spec } = layer;
  const source = sourceOf(spec.content);
  if (source === undefined || source.from === "image") return refused(noSource);
  const hold = (objectName: string) => deps.memory.hold(memoryKey(metadata), objectName);
  try {
    const code = await deps.turns.take(() => acquireCode(deps, metadata.namespace, source, hold));
    return { outcome: "known", code: { packageType: "Zip", code } };
  } catch (error) {
    if (error instanceof CodeError) return refused(error);
    throw error;
  }
}

const noSource = new CodeError(
  "InvalidConfiguration",
  "spec.content names no source: give one of inline, zipFile, configMap, url and s3.",
);

/** The sentences were written for functions, whose field has another name. */
const refused = ({ reasonCode, message, passing }: CodeError): Outcome => ({
  outcome: "refused",
  problem: { reasonCode, passing, message: message.replaceAll("spec.code", "spec.content") },
});
