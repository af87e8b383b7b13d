/** What a placer begins its epoch with, read from the API server after it took the Lease. */
import type { PlacerOptions } from "./options.ts";
import { createPlacerState, type PlacerState, type Routes, type Unheard } from "./state.ts";
import { countUnheard } from "./unheard.ts";

export interface Stock {
  /** Those that run, or may: all count as in use until they say otherwise (C1). */
  pods: readonly Unheard[];
  /** The aliases: what the placer before this one acted on is among them (V2). */
  routes: ReadonlyMap<string, Routes>;
}

export function beginEpoch(options: PlacerOptions, epoch: number, { pods, routes }: Stock): PlacerState {
  const state = createPlacerState(options, epoch);
  for (const pod of pods) countUnheard(state, pod);
  for (const [alias, now] of routes) state.routes.set(alias, now);
  return state;
}
