/**
 * Room for a pod that finds none: the environment that has been idle for longest leaves, whoever's it is. Without it a node full
 * of idle environments would turn away every function that has none, until their idle time is over.
 */
import { dismiss } from "./environment.ts";
import type { Decision } from "./event.ts";
import type { Environment, PlacerState, RevisionState } from "./state.ts";

/** `within`: where the room is needed, a namespace's quota; undefined: on the nodes, which all share. */
export function makeRoom(
  state: PlacerState,
  starting: RevisionState,
  within: string | undefined,
  out: Decision[],
): void {
  let longest: Environment | undefined;
  for (const revision of state.revisions.values()) {
    if (revision === starting || (within !== undefined && revision.target.namespace !== within)) continue;
    for (const environment of revision.idle)
      if (!environment.kept && idleSinceMs(environment) < idleSinceMs(longest)) longest = environment;
  }
  if (longest !== undefined) dismiss(longest, out);
}

function idleSinceMs(environment: Environment | undefined): number {
  return environment?.work.state === "idle" ? environment.work.sinceMs : Number.POSITIVE_INFINITY;
}
