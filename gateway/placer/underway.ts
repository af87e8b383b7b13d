/** Pods under way, and how many there are: of a revision, of its namespace, and of all. */
import type { Start } from "./attempt.ts";
import { accountOf } from "./lookup.ts";
import type { PlacerState, RevisionState } from "./state.ts";

export function beginStart(
  state: PlacerState,
  revision: RevisionState,
  startId: string,
  nowMs: number,
): void {
  revision.creating.set(startId, { sinceMs: nowMs, hangs: false });
  state.starting++;
  accountOf(state, revision.target.namespace).starting++;
}

/** From now on it holds up nobody else. */
export function startHangs(state: PlacerState, revision: RevisionState, start: Start): void {
  const account = accountOf(state, revision.target.namespace);
  start.hangs = true;
  state.starting--;
  account.starting--;
  account.hanging++;
}

/** Undefined when it was not under way. */
export function forgetStart(state: PlacerState, revision: RevisionState, startId: string): Start | undefined {
  const start = revision.creating.get(startId);
  if (start === undefined) return undefined;
  const account = accountOf(state, revision.target.namespace);
  revision.creating.delete(startId);
  if (start.hangs) account.hanging--;
  else {
    state.starting--;
    account.starting--;
  }
  return start;
}
