/** Which stored objects no Revision and no LayerVersion names, purely. */
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { archiveObject, zipObject } from "../../kernel/store/names.ts";
import type { StoredObject } from "../../kernel/store/store.ts";

export interface ObjectsObserved {
  nowMs: number;
  /** Listed after the store was, so that an object just stored is either held or named by one of them. */
  revisions: readonly RevisionObject[];
  layerVersions: readonly LayerVersionObject[];
  stored: readonly StoredObject[];
  /** Being written by this process. */
  held: ReadonlySet<string>;
}

/** Longer than an operator that lost its Lease in the middle of a write goes on. */
export const storedKeptMs = 60_000;

export function planObjects({ nowMs, revisions, layerVersions, stored, held }: ObjectsObserved): string[] {
  const named = new Set([...revisions.flatMap(objectsOf), ...layerVersions.flatMap(objectsOfLayer)]);
  return stored
    .filter(
      ({ name, storedAtMs }) => !named.has(name) && !held.has(name) && nowMs - storedAtMs > storedKeptMs,
    )
    .map(({ name }) => name);
}

function objectsOf({ spec }: RevisionObject): string[] {
  const { code, layers = [] } = spec;
  return [
    ...layers.map((layer) => archiveObject(layer.archiveSha256)),
    ...(code === undefined ? [] : [archiveObject(code.archiveSha256), zipObject(code.codeSha256)]),
  ];
}

function objectsOfLayer({ status: { archiveSha256, codeSha256 } }: LayerVersionObject): string[] {
  return [
    ...(archiveSha256 === undefined ? [] : [archiveObject(archiveSha256)]),
    ...(codeSha256 === undefined ? [] : [zipObject(codeSha256)]),
  ];
}
