/**
 * Who is the placer: one gateway holds the shard's Lease, and each change of holder is a new epoch. Whoever reads the Lease released,
 * run out, or held by a process that is gone, takes it; nobody waits for a clock to be sure, for an epoch is what is obeyed.
 */

import { type LeaseRecord, sight } from "../../kernel/lease/decide.ts";
import { type LeaseWrite, releasedSeconds } from "../../kernel/lease/write.ts";
import type { PlacerState } from "../placer/state.ts";
import type { ShardAction } from "./event.ts";
import { shardLimits } from "./limits.ts";
import type { Call, ShardState } from "./state.ts";

/** The epoch of a record: its changes of holder, counted from one. */
export function epochOf({ transitions }: LeaseRecord): number {
  return transitions + 1;
}

export function askLease(state: ShardState, what: Call["what"], nowMs: number, out: ShardAction[]): void {
  const id = state.nextId++;
  const { seat } = state;
  // Up to the last number given: what comes from here on is not known to be in time.
  const joinedAs = seat.at === "placing" ? seat.placer.nextId - 1 : -1;
  state.call = { id, what, sinceMs: nowMs, joinedAs, isOutdated: false };
  if (what === "read") {
    state.lookAtMs = nowMs + shardLimits.lookEveryMs;
    out.push({ type: "readLease", call: id });
    return;
  }
  state.renewAtMs = nowMs + shardLimits.renewEveryMs;
  out.push({ type: "writeLease", call: id, write: writeOf(state, what) });
}

/** Whether the seat is free for us, by the record as it was just read. */
export function mayTake(state: ShardState, nowMs: number): boolean {
  if (state.leaving || isStale(state)) return false;
  const { sighting, self } = state;
  if (sighting === undefined) return true;
  const { holder, durationMs } = sighting.lease;
  if (holder === "" || holder === self) return true;
  if (nowMs - sighting.sinceMs > durationMs) return true;
  // It was deleted and made anew, or restored: environments obey later epochs than its holder's, and other gateways do not follow it.
  if (epochOf(sighting.lease) < state.seenEpoch) return true;
  return state.unreachable.has(holder) && nowMs >= state.takeFromMs;
}

/** Whether anything waits for the epoch to be seen as still ours. */
export function isUnconfirmed({ unconfirmed, routesUnconfirmed }: PlacerState): boolean {
  return unconfirmed.size > 0 || routesUnconfirmed.size > 0;
}

export function seen(state: ShardState, lease: LeaseRecord | undefined, nowMs: number): void {
  state.sighting = lease === undefined ? undefined : sight(state.sighting, lease, nowMs);
}

/** Its watches have gone stale, while another gateway's have not. */
export function isStale({ staleMs, clients }: ShardState): boolean {
  if (staleMs <= shardLimits.staleMsMax) return false;
  return [...clients.values()].some((client) => client.staleMs <= shardLimits.freshMsMax);
}

function writeOf({ self, sighting, seenEpoch }: ShardState, what: Exclude<Call["what"], "read">): LeaseWrite {
  const before = sighting?.lease;
  const transitions = before?.transitions ?? 0;
  const durationSeconds = shardLimits.leaseSeconds;
  switch (what) {
    case "take":
      // Above every epoch anybody remembers, should the Lease have been deleted: environments refuse what is below.
      return {
        holder: self,
        transitions: before === undefined ? seenEpoch : Math.max(transitions + 1, seenEpoch),
        durationSeconds,
        before,
      };
    case "renew":
      return { holder: self, transitions, durationSeconds, before };
    case "release":
      return { holder: "", transitions, durationSeconds: releasedSeconds, before };
  }
}
