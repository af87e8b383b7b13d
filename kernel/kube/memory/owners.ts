/** The garbage collector: what goes with its owner. */
import type { KubeObject } from "../port.ts";

export interface Dependant {
  plural: string;
  object: KubeObject;
}

export function dependantsOf(objects: ReadonlyMap<string, KubeObject>, owner: KubeObject): Dependant[] {
  return [...objects].flatMap(([key, object]) => {
    const owned = object.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid);
    return owned === true ? [{ plural: key.split("/")[0] ?? "", object }] : [];
  });
}
