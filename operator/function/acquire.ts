/** The code of a Function as a Revision takes it: an archive put into the store, or an image with what to start in it. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { Turns } from "../../kernel/queue/turns.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import { acquireCode } from "../code/acquire.ts";
import type { FetchDeps } from "../code/fetch.ts";
import type { CodeSource } from "../code/source.ts";
import { resolveImage } from "./image.ts";
import type { CodeMemory } from "./memory.ts";
import { memoryKey } from "./observe.ts";
import type { Code } from "./observed.ts";

export type AcquireDeps = FetchDeps & StoreDep & { memory: CodeMemory; turns: Turns };

/** Throws CodeError for what a person has to mend. */
export async function acquire(deps: AcquireDeps, of: FunctionObject, source: CodeSource): Promise<Code> {
  if (source.from === "image") {
    return { packageType: "Image", image: await resolveImage(deps, of, source.uri) };
  }
  const hold = (objectName: string) => deps.memory.hold(memoryKey(of), objectName);
  const code = await deps.turns.take(() => acquireCode(deps, of.metadata.namespace, source, hold));
  return { packageType: "Zip", code };
}
