/** What is written to a pool pod after it was claimed, off the invoke path: whose it is now, and what it may reserve. */
import { annotations, claims, labels } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { KubeObject } from "../kube/port.ts";
import type { Settings } from "../settings/schema.ts";
import { ownerOf, revisionLabels } from "./dedicated.ts";
import { containerName } from "./frame.ts";
import { resourcesOf } from "./resources.ts";

/** A merge patch of the pod. `uid` and `resourceVersion` may be added as preconditions by the caller. */
export function claimPatch(revision: RevisionObject, nowMs: number) {
  return {
    metadata: {
      labels: { [labels.claim]: claims.claimed, ...revisionLabels(revision) },
      annotations: {
        [annotations.functionName]: revision.spec.functionName,
        [annotations.claimedAt]: new Date(nowMs).toISOString(),
      },
      ownerReferences: [ownerOf(revision)],
    },
  };
}

/** The part of a container that a resize reads and writes. */
interface Container {
  name: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

/**
 * A merge patch of the pod's `resize` subresource, for after INIT: requests as the function's own size has them, the memory
 * limit as it is, the CPU limit by policy. A merge patch replaces lists whole, so `containers` is the pod's own list.
 * Undefined when the pod has all that already.
 */
export function resizeOf(pod: KubeObject, revision: RevisionObject, settings: Settings) {
  const containers = (pod.spec as { containers: Container[] }).containers;
  const own = containers.find(({ name }) => name === containerName);
  if (own === undefined) return undefined;
  const { memorySize, cpuPolicy } = revision.spec;
  const policy = cpuPolicy ?? settings.environments.cpuPolicy;
  const { requests, limits } = resourcesOf(
    { requestMb: memorySize, limitMb: memorySize, cpuMb: memorySize, policy },
    settings,
  );
  const wanted = { requests, limits: { ...limits, ...memoryOf(own) } };
  if (isSame(own.resources?.requests, requests) && isSame(own.resources?.limits, wanted.limits))
    return undefined;
  return {
    spec: { containers: containers.map((one) => (one === own ? { ...one, resources: wanted } : one)) },
  };
}

/** The quantities we write are the API server's own spelling of them but for whole CPUs: `1` for `1000m`. */
function isSame(has: Record<string, string> = {}, wants: Record<string, string>): boolean {
  const plain = (quantity: string | undefined) => quantity?.replace(/^(\d+)000m$/, "$1");
  return Object.entries(wants).every(([name, quantity]) => plain(has[name]) === plain(quantity));
}

function memoryOf(container: Container): { memory?: string } {
  const memory = container.resources?.limits?.memory;
  return memory === undefined ? {} : { memory };
}
