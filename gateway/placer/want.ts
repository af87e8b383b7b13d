/** Admission: a want gets a permit (C1) and an environment, or waits in bounds, or is refused with its reason. */
import { decideCap, drawsOnProvisioned, takePace } from "./admit.ts";
import type { Decision } from "./event.ts";
import { accountOf, functionOf, hasProspect, revisionOf } from "./lookup.ts";
import { takePermit } from "./permit.ts";
import { isUnrouted, isUnroutedStill, routed } from "./route.ts";
import { grantIdle } from "./serve.ts";
import type { AccountState, FunctionState, PlacerState, Refusal, RevisionState, Want } from "./state.ts";

export function admitWant(state: PlacerState, asked: Want, nowMs: number, out: Decision[]): RevisionState {
  const want = routed(state, asked);
  const revision = revisionOf(state, want.target);
  const fn = functionOf(state, want.target.functionKey);
  const account = accountOf(state, want.target.namespace);
  const capped = decideCap(want, revision, { fn, account });
  // Over what environments not heard of may be running, or for an alias not heard of: it waits for word, which takes moments.
  const isEarly = capped?.kind === "unheard" || isUnrouted(state, want);
  if (isEarly && overRoom(state, want, revision, account, nowMs) === undefined) {
    state.held.set(want.id, { want, sinceMs: nowMs });
    state.waitingBytes += want.bytes;
    account.waitingBytes += want.bytes;
    return revision;
  }
  const over = capped?.refusal ?? takePace(state, want, revision, { fn, account }, nowMs);
  if (over !== undefined) {
    out.push({ type: "refuse", wantId: want.id, to: want.from, refusal: over });
    return revision;
  }
  place(state, want, { revision, fn, account }, nowMs, out);
  return revision;
}

/** Those held are looked at again, oldest first, when something has been heard of or a permit has come back. */
export function admitHeld(state: PlacerState, nowMs: number, out: Decision[]): RevisionState[] {
  const touched: RevisionState[] = [];
  for (const held of [...state.held.values()]) {
    const { sinceMs } = held;
    const want = routed(state, held.want);
    const fn = functionOf(state, want.target.functionKey);
    const account = accountOf(state, want.target.namespace);
    const revision = revisionOf(state, want.target);
    const capped = decideCap(want, revision, { fn, account });
    const isHeldOn = capped?.kind === "unheard" && nowMs - sinceMs < state.options.holdMsMax;
    if (isHeldOn || isUnroutedStill(state, held, nowMs)) continue;
    dropHeld(state, want.id);
    const over = capped?.refusal ?? takePace(state, want, revision, { fn, account }, nowMs);
    if (over !== undefined) {
      out.push({ type: "refuse", wantId: want.id, to: want.from, refusal: over });
      continue;
    }
    place(state, want, { revision, fn, account }, nowMs, out);
    touched.push(revision);
  }
  return touched;
}

export function dropHeld(state: PlacerState, wantId: string): void {
  const held = state.held.get(wantId);
  if (held === undefined) return;
  state.held.delete(wantId);
  state.waitingBytes -= held.want.bytes;
  accountOf(state, held.want.target.namespace).waitingBytes -= held.want.bytes;
}

/** Within its limits: an idle environment, or a place in the line, if there is room and hope. */
function place(
  state: PlacerState,
  want: Want,
  { revision, fn, account }: { revision: RevisionState; fn: FunctionState; account: AccountState },
  nowMs: number,
  out: Decision[],
): void {
  const idle = revision.waiting.size === 0 ? revision.idle.length > 0 : false;
  const crowded = idle ? undefined : overRoom(state, want, revision, account, nowMs);
  if (crowded !== undefined) {
    out.push({ type: "refuse", wantId: want.id, to: want.from, refusal: crowded });
    return;
  }
  const permit = takePermit({
    wantId: want.id,
    from: want.from,
    fn,
    account,
    unreserved: want.caps.reserved === undefined,
    provisioned: drawsOnProvisioned(want, revision) ? revision : undefined,
  });
  if (idle) {
    grantIdle(state, revision, { want, permit, sinceMs: nowMs }, nowMs, out);
    return;
  }
  revision.waiting.set(want.id, { want, permit, sinceMs: nowMs });
  state.waiters.set(want.id, revision);
  state.waitingBytes += want.bytes;
  account.waitingBytes += want.bytes;
}

/** A request that would wait must fit, and must have something to wait for. */
function overRoom(
  { options, waitingBytes }: PlacerState,
  want: Want,
  revision: RevisionState,
  account: AccountState,
  nowMs: number,
): Refusal | undefined {
  const { failure } = revision;
  if (failure !== undefined && nowMs < failure.againAtMs && !hasProspect(revision))
    return { kind: "cannotStart", failure: failure.last };
  if (revision.waiting.size >= options.waitingMaxPerFunction) return { kind: "full", what: "requests" };
  const full =
    waitingBytes + want.bytes > options.waitingBytesMax ||
    account.waitingBytes + want.bytes > options.waitingBytesMaxPerNamespace;
  return full ? { kind: "full", what: "bytes" } : undefined;
}
