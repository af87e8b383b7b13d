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

/** One pass over each kind: with ten thousand Functions, one over all Revisions for each would stop the process for seconds. */
export function planRevisions({ functions, revisions, pods, nowMs }: RevisionsObserved): RevisionObject[] {
  const byOwner = Map.groupBy(revisions.filter(isLatest), ownerUid);
  const inUse = new Set(pods.map((pod) => `${pod.metadata.namespace}/${revisionOf(pod)}`));
  return functions.flatMap((of) => {
    const { revision: serving, observedGeneration, lastModified } = of.status;
    const { uid, generation } = of.metadata;
    // While an update is under way the cache may be older than what it names.
    if (serving === undefined || observedGeneration !== generation) return [];
    const changedMs = Date.parse(lastModified ?? "") || nowMs;
    const superseded = (byOwner.get(uid) ?? [])
      .filter(({ metadata }) => metadata.name !== serving)
      .toSorted((a, b) => madeMs(b) - madeMs(a));
    return superseded.filter((revision, index) => {
      const keptMs = index === 0 ? previousKeptMs : supersededMsMin;
      const { namespace, name } = revision.metadata;
      return nowMs - Math.max(changedMs, madeMs(revision)) > keptMs && !inUse.has(`${namespace}/${name}`);
    });
  });
}

/** What runs under a number stays until its Version goes; only what ran as $LATEST is superseded. */
function isLatest({ spec }: RevisionObject): boolean {
  return spec.functionVersion === latestVersion;
}

function ownerUid({ metadata }: RevisionObject): string | undefined {
  return metadata.ownerReferences.find(({ kind }) => kind === "Function")?.uid;
}

function madeMs({ metadata }: RevisionObject): number {
  return Date.parse(metadata.creationTimestamp ?? "") || 0;
}
