/** Under what a LayerVersion's content is remembered, and its numbers are recorded. */
import { canonicalHash } from "../../crds/hash.ts";
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import type { Key } from "../controller.ts";

/** Functions' numbers stand in the same record: their names have no dot. */
export const recordName = (layerName: string): string => `layer.${layerName}`;

export const memoryKey = ({ namespace, name }: Key): string => `layerversions/${namespace}/${name}`;

/** Another object of the same name may hold other files. */
export const contentHash = ({ metadata, spec }: LayerVersionObject): string =>
  canonicalHash([metadata.uid, spec.content]);
