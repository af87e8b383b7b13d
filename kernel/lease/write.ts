/** A Lease as its holder, or who takes it, writes it. */
import { microInstantOf } from "../clock/instant.ts";
import type { KubeObject } from "../kube/port.ts";
import { apiVersionOf, resources } from "../kube/resources.ts";
import type { LeaseRecord } from "./decide.ts";

export interface LeaseWrite {
  /** "" releases it. */
  holder: string;
  transitions: number;
  durationSeconds: number;
  /** The record it replaces; undefined when there is none. */
  before: LeaseRecord | undefined;
}

/** A released Lease lasts as short as one may: whoever looks takes it. */
export const releasedSeconds = 1;

/** Carries the resourceVersion that was read, so that of two writers one is refused. `nowMs` is epoch milliseconds. */
export function leaseObject(
  key: { namespace: string; name: string },
  { holder, transitions, durationSeconds, before }: LeaseWrite,
  nowMs: number,
): KubeObject {
  const now = microInstantOf(nowMs);
  return {
    apiVersion: apiVersionOf(resources.leases),
    kind: resources.leases.kind,
    metadata: {
      name: key.name,
      namespace: key.namespace,
      ...(before === undefined ? {} : { resourceVersion: before.resourceVersion }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: durationSeconds,
      acquireTime: before?.holder === holder ? (before.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: transitions,
    },
  };
}
