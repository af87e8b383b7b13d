/**
 * An environment says that it obeys a newer placer than this gateway has heard of. It runs a tenant's code, so its word moves nobody out
 * of a seat: the Lease is read, and tells. A placer that was followed learns it there; until then the environments themselves are the
 * fence (C1). One that goes on claiming an epoch which the Lease has not come to obeys nobody there is, and is told to leave.
 */
import type { ShardAction } from "./event.ts";
import { askNext } from "./next.ts";
import type { Call, ShardState } from "./state.ts";

export function doubt(
  state: ShardState,
  environmentId: string,
  epoch: number,
  nowMs: number,
  out: ShardAction[],
): void {
  if (!state.linked.has(environmentId) || state.disbelieved.has(environmentId)) return;
  // What it said first is looked into: one that never stops would else be heard anew with every reading, and never be answered.
  if (!state.doubted.has(environmentId)) state.doubted.set(environmentId, { epoch, heardAs: state.nextId++ });
  askNext(state, nowMs, out);
}

/** The Lease as it was when the call was answered is in `seenEpoch`. What was heard after the call was sent it may not know yet. */
export function settleDoubts(state: ShardState, call: Call, out: ShardAction[]): void {
  for (const [environmentId, { epoch, heardAs }] of state.doubted) {
    if (epoch <= state.seenEpoch) state.doubted.delete(environmentId);
    else if (heardAs < call.id) {
      state.doubted.delete(environmentId);
      state.disbelieved.add(environmentId);
      // By the only epoch that it obeys.
      out.push({ type: "dismiss", environmentId, epoch });
    }
  }
}
