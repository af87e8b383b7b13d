/**
 * What a candidate does about the Lease it sees, purely. Expiry is judged by how long *we* saw the record unchanged, not by
 * the times written in it, so that clocks need not agree. Leases are for liveness only: safety rests on the epoch.
 */
import { z } from "zod";
import type { KubeObject } from "../kube/port.ts";

export interface LeaseRecord {
  resourceVersion: string;
  /** "" when released. */
  holder: string;
  durationMs: number;
  /** Grows with each change of holder: the epoch. */
  transitions: number;
  acquireTime: string | undefined;
}

/** The record as it last changed before our eyes. */
export interface Sighting {
  lease: LeaseRecord;
  /** Monotonic. */
  sinceMs: number;
}

export type Decision =
  /** There is no Lease. */
  | { decision: "create" }
  /** Ours already. */
  | { decision: "renew"; lease: LeaseRecord }
  /** Released, or its holder has been silent for its whole duration. */
  | { decision: "take"; lease: LeaseRecord }
  | { decision: "wait"; holder: string };

export function decide(sighting: Sighting | undefined, self: string, nowMs: number): Decision {
  if (sighting === undefined) return { decision: "create" };
  const { lease, sinceMs } = sighting;
  if (lease.holder === self) return { decision: "renew", lease };
  if (lease.holder === "" || nowMs - sinceMs > lease.durationMs) return { decision: "take", lease };
  return { decision: "wait", holder: lease.holder };
}

/** What was seen before and what is there now; an unchanged record keeps its age. */
export function sight(before: Sighting | undefined, lease: LeaseRecord, nowMs: number): Sighting {
  return before?.lease.resourceVersion === lease.resourceVersion ? before : { lease, sinceMs: nowMs };
}

const leaseSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z
    .object({
      holderIdentity: z.string().default(""),
      leaseDurationSeconds: z.number().default(15),
      leaseTransitions: z.number().default(0),
      acquireTime: z.string().optional(),
    })
    .prefault({}),
});

export function parseLease(raw: KubeObject): LeaseRecord {
  const { metadata, spec } = leaseSchema.parse(raw);
  return {
    resourceVersion: metadata.resourceVersion,
    holder: spec.holderIdentity,
    durationMs: spec.leaseDurationSeconds * 1000,
    transitions: spec.leaseTransitions,
    acquireTime: spec.acquireTime,
  };
}
