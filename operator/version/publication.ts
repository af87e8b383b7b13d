/**
 * What publishing would give, purely: the number, and the Revision that runs under it for ever. Code and configuration that were
 * published last are the same version again.
 */
import type { Json } from "../../crds/hash.ts";
import { labels, versionLabelValue } from "../../crds/labels.ts";
import { revisionName, specHash } from "../../crds/names.ts";
import type { RevisionSpec } from "../../crds/revision/schema.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { apiVersionOf, resources } from "../../kernel/kube/resources.ts";
import type { LastVersion } from "./record.ts";

export interface Publication {
  number: number;
  /** Name of its Revision. */
  revision: string;
  spec: RevisionSpec;
  /** False: it is the last version again. */
  isNew: boolean;
}

/** `latest` is the spec of the Revision that serves $LATEST. */
export function publicationOf(latest: RevisionSpec, last: LastVersion): Publication {
  const again = numbered(latest, last.number);
  const isSame = last.number > 0 && !last.isDeleted && again.revision === last.revision;
  return isSame ? { ...again, isNew: false } : { ...numbered(latest, last.number + 1), isNew: true };
}

/** Whether this very code and configuration was published last, even if that version was deleted since. */
export function wasPublished(latest: RevisionSpec, last: LastVersion): boolean {
  return last.number > 0 && numbered(latest, last.number).revision === last.revision;
}

function numbered(latest: RevisionSpec, number: number): Omit<Publication, "isNew"> {
  const spec: RevisionSpec = { ...latest, functionVersion: String(number) };
  return { number, revision: revisionName(spec.functionName, specHash(spec as Json)), spec };
}

/** Owned and labelled as the Revision it was copied from is. */
export function publishedRevision(
  { metadata: { namespace, labels: copied, ownerReferences } }: RevisionCopied,
  { revision, spec }: Publication,
): KubeObject {
  return {
    apiVersion: apiVersionOf(resources.revisions),
    kind: resources.revisions.kind,
    metadata: {
      name: revision,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...copied, [labels.version]: versionLabelValue(spec.functionVersion) },
      ownerReferences: ownerReferences ?? [],
    },
    spec,
  };
}

/** What of the serving Revision's metadata its copies take over. */
export interface RevisionCopied {
  metadata: Pick<KubeObject["metadata"], "namespace" | "labels" | "ownerReferences">;
}
