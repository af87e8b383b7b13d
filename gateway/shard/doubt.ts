/**
 * An environment says that it obeys a newer placer than this gateway has heard of. It runs a tenant's code, so its word moves nobody out
 * of a seat: the Lease is read, and tells. A placer that was followed learns it there; until then the environments themselves are the
 * fence (C1). One that goes on claiming an epoch which the Lease has not come to obeys nobody there is, and is told to leave.
 */
import type { ShardAction } from "./event.ts";
import { shardLimits } from "./limits.ts";
import { askLease } from "./seat.ts";
import type { Call, ShardState } from "./state.ts";

export function doubt(
  state: ShardState,
  environmentId: string,
  epoch: number,
  nowMs: number,
  out: ShardAction[],
): void {
  if (!state.linked.has(environmentId)) return;
  state.doubted.set(environmentId, { epoch, heardAs: state.nextId++ });
  lookIfDoubted(state, nowMs, out);
}

/** However many doubts there are, and however often they are raised. */
export function lookIfDoubted(state: ShardState, nowMs: number, out: ShardAction[]): void {
  if (state.doubted.size === 0 || state.call !== undefined || nowMs < state.doubtAtMs) return;
  state.doubtAtMs = nowMs + shardLimits.lookAgainMs;
  askLease(state, "read", nowMs, out);
}

/** The Lease as it was when the call was answered is in `seenEpoch`. What was heard after the call was sent it may not know yet. */
export function settleDoubts(state: ShardState, call: Call, out: ShardAction[]): void {
  for (const [environmentId, { epoch, heardAs }] of state.doubted) {
    if (epoch <= state.seenEpoch) state.doubted.delete(environmentId);
    else if (heardAs < call.id) {
      state.doubted.delete(environmentId);
      // By the only epoch that it obeys.
      out.push({ type: "dismiss", environmentId, epoch });
    }
  }
}
