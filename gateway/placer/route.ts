/**
 * Which of an alias's versions a request goes to, decided here and not where it arrived: gateways hear of a change at different times,
 * and no request may go back once one has gone to the new version (V2).
 */
import { draw } from "../catalog/draw.ts";
import type { Decision } from "./event.ts";
import { placerLimits } from "./limits.ts";
import type { Held, PlacerState, Routes, Want } from "./state.ts";

/** The want as it is placed: for the version its alias says now. */
export function routed(state: PlacerState, want: Want): Want {
  if (want.draw === undefined) return want;
  const routes = state.routes.get(want.draw.alias);
  const drawn = routes && draw(routes, want.draw.chance);
  if (drawn === undefined || drawn.target.key === want.target.key) return want;
  return { ...want, target: drawn.target, caps: drawn.caps };
}

/** The gateway that asks has heard of an alias that we have not, or not yet confirmed: soon we shall. */
export function isUnrouted(state: PlacerState, { draw: drawn }: Want): boolean {
  return drawn !== undefined && !state.routes.has(drawn.alias);
}

export function isUnroutedStill(state: PlacerState, { want, sinceMs }: Held, nowMs: number): boolean {
  return isUnrouted(state, want) && nowMs - sinceMs < placerLimits.unroutedMsMax;
}

/**
 * An alias has changed, or is gone. It counts once the epoch was confirmed after we heard of it: whoever is placer next reads the
 * aliases later than that, and so knows it too.
 */
export function routesChanged(
  state: PlacerState,
  alias: string,
  routes: Routes | undefined,
  out: Decision[],
): void {
  state.routesUnconfirmed.delete(alias);
  if (routes === undefined) {
    state.routes.delete(alias);
    return;
  }
  const heardAs = state.nextId++;
  state.routesUnconfirmed.set(alias, { routes, heardAs });
  out.push({ type: "confirm", joinedAs: heardAs });
}

/** One event switches an alias: every want from here on is drawn by the new routes. */
export function routesConfirmed(state: PlacerState, joinedAs: number): void {
  for (const [alias, { routes, heardAs }] of state.routesUnconfirmed) {
    if (heardAs > joinedAs) continue;
    state.routesUnconfirmed.delete(alias);
    state.routes.set(alias, routes);
    for (const account of state.holding) if (account.held.has(alias)) account.hasRoom = true;
  }
}
