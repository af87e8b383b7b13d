/** Admission: a want gets a permit (C1) and an environment, or waits in bounds, or is refused with its reason. */
import { decideCap, lookForRate, takePace } from "./admit.ts";
import type { Decision } from "./event.ts";
import { hold } from "./hold.ts";
import { accountOf, functionOf, revisionOf } from "./lookup.ts";
import { overRoom, place } from "./place.ts";
import { isUnrouted, routed } from "./route.ts";
import type { PlacerState, RevisionState, Want } from "./state.ts";

export function admitWant(state: PlacerState, asked: Want, nowMs: number, out: Decision[]): RevisionState {
  const want = routed(state, asked);
  const revision = revisionOf(state, want.target);
  const counts = {
    fn: functionOf(state, want.target.functionKey),
    account: accountOf(state, want.target.namespace),
  };
  const capped = decideCap(want, revision, counts);
  // Over what environments not heard of may be running, or for an alias not heard of: it waits for word, which takes moments.
  const isEarly = capped?.kind === "unheard" || isUnrouted(state, want);
  const refusal = isEarly
    ? (lookForRate(state, want, counts, nowMs) ?? overRoom(state, want, revision, counts))
    : (capped?.refusal ?? takePace(state, want, revision, counts, nowMs));
  if (refusal !== undefined) out.push({ type: "refuse", wantId: want.id, to: want.from, refusal });
  else if (isEarly) hold(state, want, nowMs);
  else place(state, want, revision, counts, nowMs, out);
  return revision;
}
