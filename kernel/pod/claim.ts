/** What is written to a pool pod after it was claimed, off the invoke path: whose it is now, and what it may reserve. */
import { annotations, claims, labels } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { Settings } from "../settings/schema.ts";
import { ownerOf, revisionLabels } from "./dedicated.ts";
import { containerName } from "./frame.ts";
import { resourcesOf } from "./resources.ts";

/** A merge patch of the pod. `uid` and `resourceVersion` may be added as preconditions by the caller. */
export function claimPatch(revision: RevisionObject) {
  return {
    metadata: {
      labels: { [labels.claim]: claims.claimed, ...revisionLabels(revision) },
      annotations: { [annotations.functionName]: revision.spec.functionName },
      ownerReferences: [ownerOf(revision)],
    },
  };
}

/** The part of a container that a resize reads and writes. */
interface Container {
  name: string;
  resources?: { limits?: Record<string, string> };
}

/**
 * A merge patch of the pod's `resize` subresource, for after INIT: requests as the function's own size has them, the memory
 * limit as it is, the CPU limit by policy. A merge patch replaces lists whole, so `containers` is the pod's own list.
 */
export function resizePatch(revision: RevisionObject, settings: Settings, containers: readonly Container[]) {
  const { memorySize, cpuPolicy } = revision.spec;
  const policy = cpuPolicy ?? settings.environments.cpuPolicy;
  const { requests, limits } = resourcesOf(
    { requestMb: memorySize, limitMb: memorySize, cpuMb: memorySize, policy },
    settings,
  );
  return {
    spec: {
      containers: containers.map((one) =>
        one.name === containerName
          ? { ...one, resources: { requests, limits: { ...limits, ...memoryOf(one) } } }
          : one,
      ),
    },
  };
}

function memoryOf(container: Container): { memory?: string } {
  const memory = container.resources?.limits?.memory;
  return memory === undefined ? {} : { memory };
}
