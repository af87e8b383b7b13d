/**
 * Environments that a new placer has not heard of: each counts as in flight wherever it might be in use, until it acknowledges the
 * epoch or its pod is gone. So what an older placer still does with them is within the limits (C1), whatever it is.
 */
import { accountOf, functionOf } from "./lookup.ts";
import type { PlacerState, Unheard } from "./state.ts";

export function countUnheard(state: PlacerState, pod: Unheard): void {
  if (state.unheard.has(pod.id)) return;
  state.unheard.set(pod.id, pod);
  change(state, pod, 1);
}

/** It has spoken, or is gone. True when it was one of them. */
export function hearOf(state: PlacerState, id: string): boolean {
  const pod = state.unheard.get(id);
  if (pod === undefined) return false;
  state.unheard.delete(id);
  change(state, pod, -1);
  return true;
}

function change(state: PlacerState, { namespace, functionKey }: Unheard, by: number): void {
  const account = accountOf(state, namespace);
  account.unheard += by;
  if (by < 0) account.hasRoom = true;
  if (functionKey === undefined) account.unheardUnclaimed += by;
  else functionOf(state, functionKey).unheard += by;
}
