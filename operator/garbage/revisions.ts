/** Which Revisions are superseded for good, purely: not served, without environments, and for long enough to roll back to. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { type PodView, revisionOf } from "../pod/view.ts";

export interface RevisionsObserved {
  nowMs: number;
  functions: readonly FunctionObject[];
  revisions: readonly RevisionObject[];
  pods: readonly PodView[];
}

/** Gateways have long gone over to the new one, and a quick rollback finds the code still there. */
export const supersededKeptMs = 300_000;

export function planRevisions(observed: RevisionsObserved): RevisionObject[] {
  return observed.revisions.filter((revision) => isSuperseded(revision, observed));
}

/** A Version owns its Revision and keeps it for ever; only a Function's come and go. */
function isSuperseded({ metadata }: RevisionObject, { functions, pods, nowMs }: RevisionsObserved): boolean {
  const owner = metadata.ownerReferences.find((one) => one.kind === "Function");
  const of = functions.find((one) => one.metadata.uid === owner?.uid);
  // Its Function gone or not known yet: the cluster's own garbage collector knows.
  if (of?.status.revision === undefined || of.status.revision === metadata.name) return false;
  // While an update is under way the cache may be older than what it names.
  if (of.status.observedGeneration !== of.metadata.generation) return false;
  const changedMs = Date.parse(of.status.lastModified ?? "") || nowMs;
  const madeMs = Date.parse(metadata.creationTimestamp ?? "") || nowMs;
  const inUse = pods.some(
    (pod) => pod.metadata.namespace === metadata.namespace && revisionOf(pod) === metadata.name,
  );
  return !inUse && nowMs - Math.max(changedMs, madeMs) > supersededKeptMs;
}
