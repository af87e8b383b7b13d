/** Which stored objects no Revision and no LayerVersion names, purely. */
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { archiveObject, zipObject } from "../../kernel/store/names.ts";
import type { StoredObject } from "../../kernel/store/store.ts";

export interface ObjectsObserved {
  nowMs: number;
  /** Who may name one; read after the store was, so that an object just stored is either held or named by one of them. */
  by: { revisions: readonly RevisionObject[]; layerVersions: readonly LayerVersionObject[] };
  stored: readonly StoredObject[];
  /** Being written by this process. */
  held: ReadonlySet<string>;
}

/** Longer than an operator that lost its Lease in the middle of a write goes on. */
export const storedKeptMs = 60_000;

export interface ObjectsPlan {
  remove: StoredObject[];
  /** Until the next of those that are too young is old enough; Infinity when there is none. */
  againMs: number;
}

export function planObjects({ nowMs, by, stored, held }: ObjectsObserved): ObjectsPlan {
  const named = new Set([...by.revisions.flatMap(objectsOf), ...by.layerVersions.flatMap(objectsOfLayer)]);
  const unnamed = stored.filter(({ name }) => !named.has(name) && !held.has(name));
  const leftMs = ({ storedAtMs }: StoredObject) => storedAtMs + storedKeptMs - nowMs;
  return {
    remove: unnamed.filter((one) => leftMs(one) < 0),
    againMs: Math.min(Infinity, ...unnamed.map(leftMs).filter((ms) => ms >= 0)),
  };
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
