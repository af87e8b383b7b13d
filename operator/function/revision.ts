/** The Revision a Function asks for, purely: its exact configuration and code under a name made of them. */

import type { FunctionObject } from "../../crds/function/schema.ts";
import type { Json } from "../../crds/hash.ts";
import { annotations, fieldManagers, labels, latestVersion, versionLabelValue } from "../../crds/labels.ts";
import { accountIdOf, functionNameOf, labelValue, revisionName, specHash } from "../../crds/names.ts";
import type { RevisionSpec } from "../../crds/revision/schema.ts";
import { ownerReferenceTo } from "../../kernel/kube/owner.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { apiVersionOf, resources } from "../../kernel/kube/resources.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { sourceHash } from "../code/source.ts";
import type { Layer } from "./layers.ts";
import type { Code } from "./observed.ts";

export interface DesiredRevision {
  name: string;
  spec: RevisionSpec;
}

export function desiredRevision(
  of: FunctionObject,
  code: Code,
  layers: readonly Layer[],
  settings: Settings,
): DesiredRevision {
  const { spec, metadata } = of;
  const functionName = functionNameOf(of);
  const wanted = {
    functionName,
    functionVersion: latestVersion,
    functionUid: metadata.uid,
    region: settings.account.region,
    accountId: accountIdOf(metadata.namespace, settings.account.ids),
    ...code,
    layers: layers.length === 0 ? undefined : layers,
    runtime: spec.runtime,
    handler: spec.handler,
    memorySize: spec.memorySize,
    timeout: spec.timeout,
    ephemeralStorage: spec.ephemeralStorage,
    architectures: spec.architectures,
    environment: spec.environment,
    role: spec.role,
    automountServiceAccountToken: spec.automountServiceAccountToken,
    fileSystem: spec.fileSystem,
    vpc: spec.vpc,
    logging: spec.logging,
    tracing: spec.tracing,
    snapStart: spec.snapStart,
    cpuPolicy: spec.cpuPolicy,
    runtimeClassName: spec.runtimeClassName,
    deadLetter: spec.deadLetter,
  };
  // Through JSON: absent fields are left out, as they are in the API server.
  const revision = JSON.parse(JSON.stringify(wanted)) as RevisionSpec & Json;
  return { name: revisionName(functionName, specHash(revision)), spec: revision };
}

/** Owned by the Function, so that it cannot outlive it; labelled with it, so that it can be listed. */
export function revisionObject(of: FunctionObject, desired: DesiredRevision): KubeObject {
  return {
    apiVersion: apiVersionOf(resources.revisions),
    kind: resources.revisions.kind,
    metadata: {
      name: desired.name,
      namespace: of.metadata.namespace,
      labels: {
        "app.kubernetes.io/managed-by": fieldManagers.operator,
        [labels.function]: labelValue(desired.spec.functionName),
        [labels.version]: versionLabelValue(desired.spec.functionVersion),
      },
      annotations: { [annotations.codeSource]: sourceHash(of) },
      ownerReferences: [ownerReferenceTo(of)],
    },
    spec: desired.spec,
  };
}
