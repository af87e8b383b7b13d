/** Into office and out of it: what the answers about the Lease and the list of pods mean. */
import type { LeaseRecord } from "../../kernel/lease/decide.ts";
import { beginEpoch } from "../placer/epoch.ts";
import type { Unheard } from "../placer/state.ts";
import { settleDoubts } from "./doubt.ts";
import type { ShardAction } from "./event.ts";
import { shardLimits } from "./limits.ts";
import { askNext } from "./next.ts";
import { runPlacer } from "./place.ts";
import { routeAll } from "./route.ts";
import { askLease, epochOf, mayTake, seen } from "./seat.ts";
import type { Call, ShardState } from "./state.ts";

export type Answer =
  | { what: "read"; lease: LeaseRecord | undefined }
  | { what: "written"; lease: LeaseRecord }
  | { what: "conflict" }
  | { what: "failed" };

/** The call's answer came. A late one, of a call given up, tells nothing that a new one would not. */
export function leaseAnswered(
  state: ShardState,
  id: number,
  answer: Answer,
  nowMs: number,
  out: ShardAction[],
): void {
  const { call } = state;
  if (call?.id !== id) return;
  state.call = undefined;
  switch (answer.what) {
    case "read":
      seen(state, answer.lease, nowMs);
      hearOfEpoch(state, answer.lease === undefined ? 0 : epochOf(answer.lease), nowMs, out);
      settleDoubts(state, call, out);
      if (isOurs(state)) confirm(state, call, nowMs, out);
      else if (state.seat.at === "standby" && mayTake(state, nowMs)) take(state, nowMs, out);
      else if (state.seat.at !== "standby") stepDown(state, nowMs, out);
      else if (call.isOutdated && !state.leaving) askLease(state, "read", nowMs, out);
      else if (isBetweenSeats(state)) state.lookAtMs = nowMs + shardLimits.lookAgainMs;
      return;
    case "written":
      seen(state, answer.lease, nowMs);
      if (call.what === "take") enter(state, epochOf(answer.lease), nowMs, out);
      else if (call.what === "renew" && isOurs(state)) {
        // It tells as much as a reading: the Lease was ours at that moment.
        settleDoubts(state, call, out);
        confirm(state, call, nowMs, out);
      } else if (call.what === "release") tellClients(state, 0, out);
      return;
    case "conflict":
      if (call.what === "take") state.seat = { at: "standby" };
      askLease(state, "read", nowMs, out);
      return;
    case "failed":
      // A write may have been done all the same: the next reading tells.
      if (call.what === "take") state.seat = { at: "standby" };
      state.lookAtMs = nowMs + shardLimits.lookAgainMs;
      return;
  }
}

/** The API server has told which environments there are: those not heard of count as in use from now on (C1). */
export function podsListed(
  state: ShardState,
  epoch: number,
  pods: Unheard[],
  nowMs: number,
  out: ShardAction[],
): void {
  const { seat } = state;
  if (seat.at === "placing" && seat.epoch === epoch) {
    const there = new Set(pods.map(({ id }) => id));
    for (const id of [...seat.placer.unheard.keys()])
      if (!there.has(id)) runPlacer(state, { type: "gone", environmentId: id }, nowMs, out);
    return;
  }
  if (seat.at !== "counting" || seat.epoch !== epoch) return;
  const placer = beginEpoch(state.options, epoch, { pods, routes: state.routes });
  state.seat = { at: "placing", epoch, sinceMs: nowMs, placer };
  state.relistAtMs = nowMs + shardLimits.relistEveryMs;
  for (const environmentId of state.linked.keys()) out.push({ type: "announce", environmentId, epoch });
  tellClients(state, epoch, out);
  routeAll(state, nowMs, out);
}

/** Somebody has placed under this epoch: who places under a lower one is no placer any more, whatever its clock says. */
export function hearOfEpoch(state: ShardState, epoch: number, nowMs: number, out: ShardAction[]): void {
  if (epoch <= state.seenEpoch) return;
  state.seenEpoch = epoch;
  const { seat } = state;
  if ((seat.at === "placing" || seat.at === "counting") && seat.epoch < epoch) stepDown(state, nowMs, out);
}

/** Places nothing from here on. What was granted stays granted; the next placer counts it. */
export function stepDown(state: ShardState, nowMs: number, out: ShardAction[]): void {
  const { seat } = state;
  if (seat.at === "standby") return;
  const wasSteady = seat.at === "placing" && nowMs - seat.sinceMs >= shardLimits.steadyMs;
  state.takeAgainMs = wasSteady
    ? shardLimits.takeAgainMsMin
    : Math.min(shardLimits.takeAgainMsMax, Math.max(shardLimits.takeAgainMsMin, state.takeAgainMs * 2));
  state.takeFromMs = nowMs + state.takeAgainMs;
  state.seat = { at: "standby" };
  for (const open of state.open.values()) if (open.at === state.self) open.at = undefined;
  if (seat.at === "placing") tellClients(state, 0, out);
  routeAll(state, nowMs, out);
}

/** Gives the seat to whoever takes it, at once: they are told that it does not place, and again when the Lease is there to be taken. */
export function handOver(state: ShardState, nowMs: number, out: ShardAction[]): void {
  const isHolder = isOurs(state);
  stepDown(state, nowMs, out);
  if (isHolder) askLease(state, "release", nowMs, out);
}

function tellClients(state: ShardState, epoch: number, out: ShardAction[]): void {
  for (const peer of state.clients.keys())
    out.push({ type: "toClient", peer, message: { type: "placing", epoch } });
}

function take(state: ShardState, nowMs: number, out: ShardAction[]): void {
  state.seat = { at: "taking" };
  askLease(state, "take", nowMs, out);
}

function enter(state: ShardState, epoch: number, nowMs: number, out: ShardAction[]): void {
  state.seenEpoch = Math.max(state.seenEpoch, epoch);
  state.handovers++;
  state.seat = { at: "counting", epoch, sinceMs: nowMs };
  state.relistAtMs = nowMs + shardLimits.relistEveryMs;
  if (state.leaving) handOver(state, nowMs, out);
  else out.push({ type: "takeStock", epoch });
}

/** The epoch was still ours when the call was answered: environments that had come before it was sent are known to any successor. */
function confirm(state: ShardState, call: Call, nowMs: number, out: ShardAction[]): void {
  if (state.seat.at !== "placing") return;
  runPlacer(state, { type: "confirmed", joinedAs: call.joinedAs }, nowMs, out);
  askNext(state, nowMs, out);
}

/** Its holder says that it does not place: it has just taken the Lease, or is about to release it, which is not to be missed. */
function isBetweenSeats({ sighting, peers }: ShardState): boolean {
  return sighting !== undefined && peers.get(sighting.lease.holder)?.epoch === 0;
}

function isOurs({ seat, sighting, self }: ShardState): boolean {
  if (seat.at !== "placing" && seat.at !== "counting") return false;
  return sighting !== undefined && sighting.lease.holder === self && epochOf(sighting.lease) === seat.epoch;
}
