/** An unclaimed environment, or a pod made for it, becomes a revision's. */
import assert from "node:assert";
import { busyCount } from "./counts.ts";
import type { Decision } from "./event.ts";
import { grant, takeOldest } from "./serve.ts";
import type { Environment, PlacerState, RevisionState } from "./state.ts";

/**
 * Makes an unclaimed environment this revision's, for good (C2). When nothing of the revision is in use, the oldest waiter's
 * request goes out right behind the assignment; else it stays free to be served by whichever is ready first.
 */
export function assign(
  state: PlacerState,
  environment: Environment,
  revision: RevisionState,
  nowMs: number,
  out: Decision[],
): void {
  assert(environment.linked && environment.confirmed, `C1: ${environment.id} may be in use unseen`);
  const others = busyCount(revision) > 0;
  environment.revision = revision;
  environment.work = { state: "initialising", sinceMs: nowMs };
  revision.environments.add(environment);
  const waiter = others ? undefined : takeOldest(state, revision);
  if (waiter !== undefined) grant(state, environment, waiter, nowMs, out, true);
  else out.push({ type: "assign", environmentId: environment.id, target: revision.target });
}
