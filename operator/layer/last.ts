/**
 * The last number given under a layer's name, also where its record was lost or is an old one put back: the LayerVersions that have
 * numbers and the Revisions that name them still tell, so that no number is given again for other content (V1).
 */
import { type LayerVersionObject, parseLayerVersion } from "../../crds/layerversion/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { Kube } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { readRecord, type VersionRecord } from "../version/record.ts";
import { recordName } from "./keys.ts";

/** `revisions`: those known from the watch. LayerVersions are listed anew: one numbered a moment ago counts. */
export async function readLast(
  kube: Kube,
  { metadata: { namespace }, spec: { layerName } }: LayerVersionObject,
  revisions: readonly RevisionObject[],
): Promise<VersionRecord> {
  const record = await readRecord(kube, namespace, recordName(layerName));
  const { items } = await kube.list(resources.layerVersions, { namespace });
  const published = items.map(parseLayerVersion).filter(({ spec }) => spec.layerName === layerName);
  const named = revisions.filter(({ metadata }) => metadata.namespace === namespace);
  const number = Math.max(
    record.last.number,
    ...published.map(({ status }) => Number(status.version ?? 0)),
    ...named.flatMap(({ spec }) => (spec.layers ?? []).map(({ arn }) => numberIn(arn, layerName))),
  );
  if (number === record.last.number) return record;
  return { ...record, last: { number, revision: undefined, isDeleted: false } };
}

/** 0 in another layer's ARN. */
function numberIn(arn: string, layerName: string): number {
  const [name, number] = arn.split(":").slice(-2);
  return name === layerName ? Number(number) || 0 : 0;
}
