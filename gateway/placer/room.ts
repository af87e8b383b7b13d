/**
 * Room for a pod that finds none: the environment that has been idle for longest leaves, whoever's it is. Without it a node full
 * of idle environments would turn away every function that has none, until their idle time is over.
 */
import { dismiss } from "./environment.ts";
import type { Decision } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { accountOf } from "./lookup.ts";
import type { AccountState, Environment, PlacerState, RevisionState } from "./state.ts";

/**
 * `within`: where the room is needed, a namespace's quota; undefined: on the nodes, which all share. A function that would not start on
 * an empty node either must not cost the others all they have: a few leave for its namespace's, and no more for long.
 */
export function makeRoom(
  state: PlacerState,
  starting: RevisionState,
  within: string | undefined,
  nowMs: number,
  out: Decision[],
): void {
  const account = accountOf(state, starting.target.namespace);
  const { room } = account;
  if (room !== undefined && nowMs < room.againAtMs) return;
  let longest: Environment | undefined;
  for (const revision of state.revisions.values()) {
    if (revision === starting || (within !== undefined && revision.target.namespace !== within)) continue;
    for (const environment of revision.idle)
      if (!environment.kept && idleSinceMs(environment) < idleSinceMs(longest)) longest = environment;
  }
  if (longest === undefined) return;
  dismiss(longest, out);
  starting.roomMade = true;
  account.room = spent(room, nowMs);
}

function spent(before: AccountState["room"], nowMs: number): AccountState["room"] {
  const { made, inVain, againAtMs } = before ?? { made: 0, inVain: 0, againAtMs: 0 };
  const { roomMadeMax, roomAgainMsMin, roomAgainMsMax } = placerLimits;
  if (made + 1 < roomMadeMax) return { made: made + 1, inVain, againAtMs };
  const pauseMs = Math.min(roomAgainMsMin * 2 ** Math.min(inVain, 10), roomAgainMsMax);
  return { made: 0, inVain: inVain + 1, againAtMs: nowMs + pauseMs };
}

function idleSinceMs(environment: Environment | undefined): number {
  return environment?.work.state === "idle" ? environment.work.sinceMs : Number.POSITIVE_INFINITY;
}
