/** A Lease as it was read: held by another that took it once. */
import type { LeaseRecord } from "../lease/decide.ts";

export function aLease(over: Partial<LeaseRecord> = {}): LeaseRecord {
  return {
    resourceVersion: "1",
    holder: "other",
    durationMs: 15_000,
    transitions: 0,
    acquireTime: undefined,
    ...over,
  };
}
