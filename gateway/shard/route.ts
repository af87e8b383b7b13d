/** Where a gateway's requests go: to its own placer, to the newest placer it has a connection to, or nowhere yet. */
import type { ClientMessage, ShardAction } from "./event.ts";
import { attemptOf } from "./open.ts";
import { runPlacer } from "./place.ts";
import type { OpenWant, ShardState } from "./state.ts";

/** Asks for every request whose placer is not the one to ask (any more). */
export function routeAll(state: ShardState, nowMs: number, out: ShardAction[]): void {
  const placer = placerOf(state);
  for (const open of [...state.open.values()]) if (open.at !== placer) route(state, open, placer, nowMs, out);
}

export function routeOne(state: ShardState, open: OpenWant, nowMs: number, out: ShardAction[]): void {
  route(state, open, placerOf(state), nowMs, out);
}

/** Takes the request out of whatever line it is in. */
export function withdraw(state: ShardState, open: OpenWant, nowMs: number, out: ShardAction[]): void {
  const { at, attempt: wantId } = open;
  open.at = undefined;
  if (at === undefined) return;
  if (at === state.self) runPlacer(state, { type: "cancel", wantId }, nowMs, out);
  else if (state.peers.has(at)) out.push({ type: "toPlacer", peer: at, message: { type: "cancel", wantId } });
}

/** Tells who granted it: it starts nothing, or nobody here knows what became of it. */
export function tellPlacer(
  state: ShardState,
  by: string,
  message: Extract<ClientMessage, { type: "unused" | "orphaned" }>,
  nowMs: number,
  out: ShardAction[],
): void {
  if (by === state.self) runPlacer(state, message, nowMs, out);
  else if (state.peers.has(by)) out.push({ type: "toPlacer", peer: by, message });
}

/** Undefined when there is none that may be followed: one of an epoch below the highest seen can do nothing any more. */
export function placerOf({ self, seat, seenEpoch, peers }: ShardState): string | undefined {
  if (seat.at === "placing") return self;
  let best: string | undefined;
  let bestEpoch = Math.max(1, seenEpoch);
  for (const [peer, { epoch }] of peers) {
    if (epoch < bestEpoch) continue;
    best = peer;
    bestEpoch = epoch;
  }
  return best;
}

function route(
  state: ShardState,
  open: OpenWant,
  placer: string | undefined,
  nowMs: number,
  out: ShardAction[],
): void {
  withdraw(state, open, nowMs, out);
  if (placer === undefined) return;
  open.at = placer;
  open.attempt = attemptOf(open.want.id, state.nextId++);
  const want = { ...open.want, id: open.attempt };
  if (placer === state.self)
    runPlacer(state, { type: "want", want: { ...want, from: state.self } }, nowMs, out);
  else out.push({ type: "toPlacer", peer: placer, message: { type: "want", want } });
}
