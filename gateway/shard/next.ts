/**
 * What the Lease is asked next, one call at a time. A renewal that is due goes before every reading: environments cause those, by coming
 * and by what they say, as many as they like, and one after the other would leave no moment for it.
 */
import type { ShardAction } from "./event.ts";
import { shardLimits } from "./limits.ts";
import { askLease, isUnconfirmed } from "./seat.ts";
import type { ShardState } from "./state.ts";

export function askNext(state: ShardState, nowMs: number, out: ShardAction[]): void {
  if (state.call !== undefined) return;
  if (isRenewalDue(state, nowMs)) askLease(state, "renew", nowMs, out);
  else if (isReadingDue(state, nowMs)) read(state, nowMs, out);
}

function isRenewalDue({ seat, renewAtMs }: ShardState, nowMs: number): boolean {
  return (seat.at === "placing" || seat.at === "counting") && nowMs >= renewAtMs;
}

function isReadingDue(state: ShardState, nowMs: number): boolean {
  if (state.doubted.size > 0 && nowMs >= state.doubtAtMs) return true;
  if (state.seat.at === "standby") return !state.leaving && nowMs >= state.lookAtMs;
  return isConfirmWanted(state) && nowMs >= state.confirmAtMs - shardLimits.confirmAheadMs;
}

/** One reading tells all there is to know by then, whatever it was asked for. */
function read(state: ShardState, nowMs: number, out: ShardAction[]): void {
  if (state.doubted.size > 0) state.doubtAtMs = nowMs + shardLimits.lookAgainMs;
  if (isConfirmWanted(state))
    state.confirmAtMs = Math.max(state.confirmAtMs, nowMs) + shardLimits.confirmEveryMs;
  askLease(state, "read", nowMs, out);
}

function isConfirmWanted({ seat }: ShardState): boolean {
  return seat.at === "placing" && isUnconfirmed(seat.placer);
}
