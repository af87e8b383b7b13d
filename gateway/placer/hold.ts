/**
 * Wants that cannot be admitted yet: what environments not heard of may be running is in the way, or their alias is not heard of. Word of
 * either takes moments. There are many of them after a change of placer, so an event looks only where it has made room, and of each
 * line as far as the room goes.
 */
import { type Capped, decideCap, takePace } from "./admit.ts";
import type { Decision } from "./event.ts";
import { accountOf, functionOf, revisionOf } from "./lookup.ts";
import { place } from "./place.ts";
import { isUnroutedStill, routed } from "./route.ts";
import type { Held, PlacerState, Refusal, RevisionState, Want } from "./state.ts";

export function hold(state: PlacerState, want: Want, nowMs: number): void {
  const account = accountOf(state, want.target.namespace);
  const line = want.draw?.alias ?? want.target.key;
  const held: Held = { want, sinceMs: nowMs, line };
  state.held.set(want.id, held);
  const before = account.held.get(line);
  if (before === undefined) account.held.set(line, new Set([held]));
  else before.add(held);
  state.holding.add(account);
  functionOf(state, want.target.functionKey).held++;
  state.waitingBytes += want.bytes;
  account.waitingBytes += want.bytes;
}

export function dropHeld(state: PlacerState, wantId: string): void {
  const held = state.held.get(wantId);
  if (held === undefined) return;
  const { want, line } = held;
  const account = accountOf(state, want.target.namespace);
  state.held.delete(wantId);
  const others = account.held.get(line);
  others?.delete(held);
  if (others?.size === 0) account.held.delete(line);
  if (account.held.size === 0) state.holding.delete(account);
  functionOf(state, want.target.functionKey).held--;
  state.waitingBytes -= want.bytes;
  account.waitingBytes -= want.bytes;
}

/**
 * Admits or refuses those whose time has come, oldest first. `isTick`: in every namespace, for time has passed; else where a permit has
 * come back or something was heard of. Returns their revisions.
 */
export function admitHeld(
  state: PlacerState,
  isTick: boolean,
  nowMs: number,
  out: Decision[],
): Set<RevisionState> {
  const touched = new Set<RevisionState>();
  for (const account of state.holding) {
    if (!isTick && !account.hasRoom) continue;
    account.hasRoom = false;
    for (const line of account.held.values()) {
      for (const held of line) {
        const revision = admitOne(state, held, nowMs, out);
        if (revision !== "held") touched.add(revision);
        // What is in the way of the first is in the way of all behind it, but where an alias draws several versions.
        else if (!isTick || held.want.draw === undefined) break;
      }
    }
  }
  return touched;
}

function admitOne(state: PlacerState, held: Held, nowMs: number, out: Decision[]): RevisionState | "held" {
  const { sinceMs } = held;
  const want = routed(state, held.want);
  const fn = functionOf(state, want.target.functionKey);
  const account = accountOf(state, want.target.namespace);
  const revision = revisionOf(state, want.target);
  const capped = decideCap(want, revision, { fn, account });
  const isHeldOn = capped?.kind === "unheard" && nowMs - sinceMs < state.options.holdMsMax;
  if (isHeldOn || isUnroutedStill(state, held, nowMs)) return "held";
  dropHeld(state, want.id);
  const refusal = refusalOf(capped) ?? takePace(state, want, revision, { fn, account }, nowMs);
  if (refusal === undefined) place(state, want, revision, { fn, account }, nowMs, out);
  else out.push({ type: "refuse", wantId: want.id, to: want.from, refusal });
  return revision;
}

/** Who has waited for word in vain need not ask once more, to be held as long again. */
function refusalOf(capped: Capped | undefined): Refusal | undefined {
  return capped?.kind === "unheard" ? { ...capped.refusal, wasHeld: true } : capped?.refusal;
}
