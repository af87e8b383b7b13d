/** Which Revisions are superseded for good, purely: not served, without environments, and no longer wanted for a rollback. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { latestVersion } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { type PodView, revisionOf } from "../pod/view.ts";

export interface RevisionsObserved {
  nowMs: number;
  functions: readonly FunctionObject[];
  revisions: readonly RevisionObject[];
  pods: readonly PodView[];
}

/** By now every gateway has gone over to the new one. */
export const supersededMsMin = 10_000;
/** The one before the serving one stays longer: a rollback to it makes no new one. */
export const previousKeptMs = 300_000;

export function planRevisions(observed: RevisionsObserved): RevisionObject[] {
  const { functions, revisions, nowMs } = observed;
  return functions.flatMap((of) => {
    const { revision: serving, observedGeneration, lastModified } = of.status;
    // While an update is under way the cache may be older than what it names.
    if (serving === undefined || observedGeneration !== of.metadata.generation) return [];
    const changedMs = Date.parse(lastModified ?? "") || nowMs;
    const superseded = revisions
      .filter((one) => isOf(one, of) && one.metadata.name !== serving)
      .toSorted((a, b) => madeMs(b) - madeMs(a));
    return superseded.filter((revision, index) => {
      const keptMs = index === 0 ? previousKeptMs : supersededMsMin;
      return nowMs - Math.max(changedMs, madeMs(revision)) > keptMs && !isInUse(revision, observed);
    });
  });
}

/** What runs under a number stays until its Version goes; only what ran as $LATEST is superseded. */
function isOf({ metadata, spec }: RevisionObject, of: FunctionObject): boolean {
  if (spec.functionVersion !== latestVersion) return false;
  return metadata.ownerReferences.some((owner) => owner.kind === "Function" && owner.uid === of.metadata.uid);
}

function isInUse({ metadata }: RevisionObject, { pods }: RevisionsObserved): boolean {
  return pods.some(
    (pod) => pod.metadata.namespace === metadata.namespace && revisionOf(pod) === metadata.name,
  );
}

function madeMs({ metadata }: RevisionObject): number {
  return Date.parse(metadata.creationTimestamp ?? "") || 0;
}
