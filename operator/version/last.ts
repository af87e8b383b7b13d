/**
 * The last version number given under a function's name, also where its record was lost: with the ConfigMap gone (`kubectl delete
 * configmap --all`), the Revisions of published versions and the Function still tell, and no number is given again for other code.
 */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { labels, latestVersion } from "../../crds/labels.ts";
import { labelValue } from "../../crds/names.ts";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";
import type { Kube } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { type LastVersion, readRecord, type VersionRecord } from "./record.ts";

/** `of`: the Function of that name, while there is one. */
export async function readLast(
  kube: Kube,
  namespace: string,
  functionName: string,
  of: FunctionObject | undefined,
): Promise<VersionRecord> {
  const record = await readRecord(kube, namespace, functionName);
  const heard = of?.status.latestVersion ?? 0;
  if (record.last.number > 0 && record.last.number >= heard) return record;
  const labelSelector = `${labels.function}=${labelValue(functionName)}`;
  const { items } = await kube.list(resources.revisions, { namespace, labelSelector });
  return { ...record, last: latestOf(record.last, heard, items.map(parseRevision)) };
}

function latestOf(last: LastVersion, heard: number, revisions: readonly RevisionObject[]): LastVersion {
  const given = revisions
    .filter(({ spec }) => spec.functionVersion !== latestVersion)
    .map(({ metadata, spec }) => ({ number: Number(spec.functionVersion), revision: metadata.name }));
  const highest = Math.max(last.number, heard, ...given.map(({ number }) => number));
  if (highest === last.number) return last;
  const revision = given.find(({ number }) => number === highest)?.revision;
  return { number: highest, revision, isDeleted: false };
}
