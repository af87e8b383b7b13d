/** A gateway's part in a shard as one function: an event and the time in, actions out, to be carried out in order (H2). */
import { doubt } from "./doubt.ts";
import type { ClientMessage, Granted, PlacerMessage, ShardAction, ShardEvent } from "./event.ts";
import { shardLimits } from "./limits.ts";
import { askNext } from "./next.ts";
import { handOver, hearOfEpoch, leaseAnswered, podsListed } from "./office.ts";
import { add, drop, overRoom, settle } from "./open.ts";
import { runPlacer } from "./place.ts";
import { placerOf, routeAll, routeOne, tellPlacer, withdraw } from "./route.ts";
import { askLease, isStale } from "./seat.ts";
import type { ShardState } from "./state.ts";

/** `nowMs` is monotonic. */
export function stepShard(state: ShardState, event: ShardEvent, nowMs: number): ShardAction[] {
  const out: ShardAction[] = [];
  happen(state, event, nowMs, out);
  return out;
}

function happen(state: ShardState, event: ShardEvent, nowMs: number, out: ShardAction[]): void {
  switch (event.type) {
    case "want": {
      const { want } = event;
      const refusal = placerOf(state) === undefined ? overRoom(state, want.bytes) : undefined;
      if (refusal !== undefined) {
        out.push({ type: "refuse", wantId: want.id, refusal });
        return;
      }
      const open = { want, sinceMs: nowMs, at: undefined, attempt: "" };
      add(state, open);
      routeOne(state, open, nowMs, out);
      return;
    }
    case "cancel": {
      const open = state.open.get(event.wantId);
      if (open === undefined) return;
      drop(state, open);
      withdraw(state, open, nowMs, out);
      return;
    }
    case "unused":
      giveBack(state, event.granted, event.sent, nowMs, out);
      return;
    case "orphaned": {
      const { by, environmentId, grant } = event.granted;
      tellPlacer(state, by, { type: "orphaned", environmentId, grant }, nowMs, out);
      return;
    }
    case "linked": {
      const { environment } = event;
      state.linked.set(environment.id, environment);
      announce(state, environment.id, out);
      return;
    }
    case "unlinked":
      state.linked.delete(event.environmentId);
      state.doubted.delete(event.environmentId);
      state.disbelieved.delete(event.environmentId);
      runPlacer(state, event, nowMs, out);
      return;
    case "standing":
      standing(state, event, nowMs, out);
      return;
    case "placer":
      runPlacer(state, event.event, nowMs, out);
      return;
    case "peerOpen":
      state.unreachable.delete(event.peer);
      state.peers.set(event.peer, { epoch: 0 });
      out.push({
        type: "toPlacer",
        peer: event.peer,
        message: { type: "health", staleMs: state.staleMs },
      });
      return;
    case "peerClosed":
      state.peers.delete(event.peer);
      for (const open of state.open.values()) if (open.at === event.peer) open.at = undefined;
      routeAll(state, nowMs, out);
      lookNow(state, nowMs, out);
      return;
    case "peerUnreachable":
      state.unreachable.add(event.peer);
      for (const oldest of state.unreachable) {
        if (state.unreachable.size <= shardLimits.unreachableMax) break;
        state.unreachable.delete(oldest);
      }
      lookNow(state, nowMs, out);
      return;
    case "peerSays":
      peerSays(state, event.peer, event.message, nowMs, out);
      return;
    case "clientOpen": {
      const { seat } = state;
      state.clients.set(event.peer, { staleMs: Number.POSITIVE_INFINITY });
      const epoch = seat.at === "placing" ? seat.epoch : 0;
      out.push({ type: "toClient", peer: event.peer, message: { type: "placing", epoch } });
      return;
    }
    case "clientClosed":
      state.clients.delete(event.peer);
      runPlacer(state, { type: "askerGone", from: event.peer }, nowMs, out);
      return;
    case "clientSays":
      clientSays(state, event.peer, event.message, nowMs, out);
      return;
    case "leaseRead":
      leaseAnswered(state, event.call, { what: "read", lease: event.lease }, nowMs, out);
      return;
    case "leaseWritten":
      leaseAnswered(state, event.call, { what: "written", lease: event.lease }, nowMs, out);
      return;
    case "leaseConflict":
      leaseAnswered(state, event.call, { what: "conflict" }, nowMs, out);
      return;
    case "leaseFailed":
      leaseAnswered(state, event.call, { what: "failed" }, nowMs, out);
      return;
    case "podsListed":
      podsListed(state, event.epoch, event.pods, nowMs, out);
      return;
    case "routed":
      if (event.routes === undefined) state.routes.delete(event.alias);
      else state.routes.set(event.alias, event.routes);
      runPlacer(state, event, nowMs, out);
      return;
    case "watched":
      state.staleMs = event.staleMs;
      for (const peer of state.peers.keys())
        out.push({ type: "toPlacer", peer, message: { type: "health", staleMs: event.staleMs } });
      return;
    case "leave":
      state.leaving = true;
      passTime(state, nowMs, out);
      return;
    case "quiet":
      if (state.seat.at !== "standby") handOver(state, nowMs, out);
      return;
    case "tick":
      passTime(state, nowMs, out);
      return;
  }
}

function giveBack(
  state: ShardState,
  { by, environmentId, grant }: Granted,
  sent: boolean,
  nowMs: number,
  out: ShardAction[],
): void {
  tellPlacer(state, by, { type: "unused", environmentId, grant, sent }, nowMs, out);
}

function announce({ seat }: ShardState, environmentId: string, out: ShardAction[]): void {
  if (seat.at === "placing") out.push({ type: "announce", environmentId, epoch: seat.epoch });
}

function standing(
  state: ShardState,
  event: Extract<ShardEvent, { type: "standing" }>,
  nowMs: number,
  out: ShardAction[],
): void {
  const { environmentId, epoch, as, last } = event;
  if (epoch > state.seenEpoch) {
    doubt(state, environmentId, epoch, nowMs, out);
    return;
  }
  const environment = state.linked.get(environmentId);
  if (state.seat.at !== "placing" || state.seat.epoch !== epoch || environment === undefined) return;
  if (as !== undefined)
    runPlacer(state, { type: "joined", environment: { ...environment, as, last } }, nowMs, out);
}

function peerSays(
  state: ShardState,
  peer: string,
  message: PlacerMessage,
  nowMs: number,
  out: ShardAction[],
): void {
  switch (message.type) {
    case "placing":
      if (!state.peers.has(peer)) return;
      state.peers.set(peer, { epoch: message.epoch });
      hearOfEpoch(state, message.epoch, nowMs, out);
      // It had our wants and does not place (any more): they are nobody's.
      if (message.epoch === 0)
        for (const open of state.open.values()) if (open.at === peer) open.at = undefined;
      routeAll(state, nowMs, out);
      if (message.epoch === 0) lookNow(state, nowMs, out);
      return;
    case "grant": {
      const open = settle(state, message.wantId, peer);
      if (open === undefined) giveBack(state, message.granted, false, nowMs, out);
      else out.push({ type: "launch", wantId: open.want.id, granted: message.granted });
      return;
    }
    case "refuse": {
      const open = settle(state, message.wantId, peer);
      if (open !== undefined) out.push({ type: "refuse", wantId: open.want.id, refusal: message.refusal });
      return;
    }
  }
}

function clientSays(
  state: ShardState,
  peer: string,
  message: ClientMessage,
  nowMs: number,
  out: ShardAction[],
): void {
  switch (message.type) {
    case "want":
      if (state.seat.at === "placing")
        runPlacer(state, { type: "want", want: { ...message.want, from: peer } }, nowMs, out);
      else out.push({ type: "toClient", peer, message: { type: "placing", epoch: 0 } });
      return;
    case "cancel":
    case "unused":
    case "orphaned":
      runPlacer(state, message, nowMs, out);
      return;
    case "health":
      if (state.clients.has(peer)) state.clients.set(peer, { staleMs: message.staleMs });
      return;
  }
}

/** Something has happened to the holder of the Lease, perhaps. */
function lookNow(state: ShardState, nowMs: number, out: ShardAction[]): void {
  if (state.seat.at !== "standby" || state.leaving) return;
  if (state.call === undefined) askLease(state, "read", nowMs, out);
  else state.call.isOutdated = true;
}

function passTime(state: ShardState, nowMs: number, out: ShardAction[]): void {
  if (state.call !== undefined && nowMs - state.call.sinceMs > shardLimits.callMsMax)
    leaseAnswered(state, state.call.id, { what: "failed" }, nowMs, out);
  expireOpen(state, nowMs, out);
  runPlacer(state, { type: "tick" }, nowMs, out);
  const isWanted = !(state.leaving && state.clients.size > 0) && !isStale(state);
  if (state.seat.at === "placing" && !isWanted && state.call === undefined) handOver(state, nowMs, out);
  askNext(state, nowMs, out);
  if (state.seat.at === "counting" || (state.seat.at === "placing" && state.seat.placer.unheard.size > 0)) {
    if (nowMs < state.relistAtMs) return;
    state.relistAtMs = nowMs + shardLimits.relistEveryMs;
    const isCounting = state.seat.at === "counting";
    out.push({ type: isCounting ? "takeStock" : "listPods", epoch: state.seat.epoch });
  }
}

/** C3: nobody waits past the bound, whoever is or is not the placer. */
function expireOpen(state: ShardState, nowMs: number, out: ShardAction[]): void {
  for (const [id, open] of [...state.open]) {
    const waitedMs = nowMs - open.sinceMs;
    // Our own placer refuses its waiters itself, and knows better why.
    if (waitedMs < state.options.waitMsMax || open.at === state.self) continue;
    drop(state, open);
    withdraw(state, open, nowMs, out);
    out.push({ type: "refuse", wantId: id, refusal: { kind: "waited", waitedMs } });
  }
}
