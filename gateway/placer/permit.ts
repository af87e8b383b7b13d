/** Giving a permit back. */
import assert from "node:assert";
import type { Permit } from "./state.ts";

/** C3: exactly once. */
export function returnPermit(permit: Permit): void {
  assert(!permit.returned, `C3: the permit of ${permit.wantId} is given back a second time`);
  permit.returned = true;
  permit.fn.inFlight--;
  assert(permit.fn.inFlight >= 0, `C1: ${permit.fn.key} has less than nothing in flight`);
  permit.account.inFlight--;
  if (!permit.unreserved) return;
  permit.account.unreservedInFlight--;
  assert(
    permit.account.unreservedInFlight >= 0,
    `C1: ${permit.account.namespace} has less than nothing in flight`,
  );
}
