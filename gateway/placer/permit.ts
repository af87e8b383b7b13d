/** Permits: taken at admission, given back once. Every count C1 rests on is changed here and nowhere else. */
import assert from "node:assert";
import type { Permit } from "./state.ts";

export function takePermit(parts: Omit<Permit, "returned">): Permit {
  const permit = { ...parts, returned: false };
  count(permit, 1);
  return permit;
}

/** C3: exactly once. */
export function returnPermit(permit: Permit): void {
  const { wantId, fn, account } = permit;
  assert(!permit.returned, `C3: the permit of ${wantId} is given back a second time`);
  permit.returned = true;
  count(permit, -1);
  account.hasRoom = true;
  assert(fn.inFlight >= 0, `C1: ${fn.key} has less than nothing in flight`);
  assert(account.unreservedInFlight >= 0, `C1: ${account.namespace} has less than nothing in flight`);
}

function count({ fn, account, unreserved, provisioned }: Permit, by: 1 | -1): void {
  fn.inFlight += by;
  account.inFlight += by;
  if (unreserved) account.unreservedInFlight += by;
  if (provisioned === undefined) return;
  provisioned.provisionedInFlight += by;
  fn.provisionedInFlight += by;
  account.provisionedInFlight += by;
  if (unreserved) account.unreservedProvisionedInFlight += by;
}
