/** `publish: true`, purely: a Version object for every change, made once, under the number that was given to it. */

import { apiVersion } from "../../crds/fields/metadata.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import { fieldManagers, labels } from "../../crds/labels.ts";
import { functionNameOf, labelValue, versionObjectName } from "../../crds/names.ts";
import { ownerReferenceTo } from "../../kernel/kube/owner.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { publicationOf, wasPublished } from "../version/publication.ts";
import type { LastVersion } from "../version/record.ts";
import type { Action } from "./action.ts";
import type { Observed } from "./observed.ts";
import type { DesiredRevision } from "./revision.ts";

/** In this order a crash anywhere leaves nothing that the next round would not bring to the same end. */
export function publish(
  observed: Observed,
  desired: DesiredRevision,
): { actions: Action[]; number?: number } {
  const { function: of, record, versions } = observed;
  if (!of.spec.publish) return { actions: [] };
  // Published and deleted by somebody since: that was no change.
  if (record.last.isDeleted && wasPublished(desired.spec, record.last)) return { actions: [] };
  const publication = publicationOf(desired.spec, record.last);
  const { number, revision, isNew } = publication;
  if (versions.some((one) => isOf(one, revision))) return { actions: [] };
  const last: LastVersion = { number, revision, isDeleted: false };
  return {
    number,
    actions: [
      ...(isNew ? [{ action: "recordLast", last } as const] : []),
      { action: "publishRevision", desired, publication },
      { action: "createVersion", name: freeName(observed, number, revision), revision },
    ],
  };
}

function isOf({ metadata, status }: Observed["versions"][number], revision: string): boolean {
  return status.revision === revision || metadata.labels[labels.revision] === revision;
}

/** `hello.3`; a person's object of that name is another version, and keeps it. */
function freeName({ function: of, versions }: Observed, number: number, revision: string): string {
  const functionName = functionNameOf(of);
  const plain = versionObjectName(functionName, String(number));
  const isTaken = versions.some(({ metadata }) => metadata.name === plain);
  return isTaken ? versionObjectName(functionName, `${number}-${revision.slice(-16)}`) : plain;
}

export function versionObject(
  of: FunctionObject,
  { name, revision }: { name: string; revision: string },
): KubeObject {
  const { metadata, spec } = of;
  const { namespace } = metadata;
  const functionName = functionNameOf(of);
  return {
    apiVersion,
    kind: resources.versions.kind,
    metadata: {
      name,
      namespace,
      labels: {
        "app.kubernetes.io/managed-by": fieldManagers.operator,
        [labels.function]: labelValue(functionName),
        [labels.revision]: revision,
      },
      ownerReferences: [ownerReferenceTo(of)],
    },
    spec: { functionName, ...(spec.description === undefined ? {} : { description: spec.description }) },
  };
}
