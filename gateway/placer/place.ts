/** A want within its limits: an idle environment, or a place in the line, if there is room and hope. */
import { type Counts, drawsOnProvisioned } from "./admit.ts";
import type { Decision } from "./event.ts";
import { takePermit } from "./permit.ts";
import { hasProspect } from "./prospect.ts";
import { grantIdle } from "./serve.ts";
import type { PlacerState, Refusal, RevisionState, Want } from "./state.ts";

export function place(
  state: PlacerState,
  want: Want,
  revision: RevisionState,
  { fn, account }: Counts,
  nowMs: number,
  out: Decision[],
): void {
  const idle = revision.waiting.size === 0 ? revision.idle.length > 0 : false;
  const refusal = idle
    ? undefined
    : (hopeless(state, revision, nowMs) ?? overRoom(state, want, revision, { fn, account }));
  if (refusal !== undefined) {
    out.push({ type: "refuse", wantId: want.id, to: want.from, refusal });
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

/** Whoever waits or is held must fit, together with the others. */
export function overRoom(
  { options, waitingBytes }: PlacerState,
  { bytes }: Want,
  { waiting }: RevisionState,
  { fn, account }: Counts,
): Refusal | undefined {
  if (waiting.size + fn.held >= options.waitingMaxPerFunction) return { kind: "full", what: "requests" };
  const full =
    waitingBytes + bytes > options.waitingBytesMax ||
    account.waitingBytes + bytes > options.waitingBytesMaxPerNamespace;
  return full ? { kind: "full", what: "bytes" } : undefined;
}

/** It would have nothing to wait for. */
function hopeless(state: PlacerState, revision: RevisionState, nowMs: number): Refusal | undefined {
  const { failure } = revision;
  if (failure === undefined || nowMs >= failure.againAtMs) return undefined;
  if (hasProspect(state, revision, nowMs)) return undefined;
  return { kind: "cannotStart", failure: failure.last };
}
