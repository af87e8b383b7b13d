/** Reconciles LayerVersions. */
import type { Queue } from "../../kernel/queue/queue.ts";
import { createTurns } from "../../kernel/queue/turns.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { createController } from "../controller.ts";
import type { QueueDeps } from "../queue.ts";
import type { Watches } from "../watches.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { type PerformDeps, perform } from "./perform.ts";
import { plan } from "./plan.ts";

/** One at a time: two of a layer would both want the next number, and each holds an archive in memory. */
export const workersMax = 1;

type Deps = QueueDeps &
  Omit<ObserveDeps, "revisions"> &
  Omit<PerformDeps, "turns"> &
  SettingsDep & { watches: Watches };

export function createLayerController(deps: Deps, signal: AbortSignal): Queue {
  const performDeps = { ...deps, turns: createTurns(workersMax) };
  return createController(
    deps,
    {
      kind: "LayerVersion",
      workersMax,
      objects: deps.watches.layerVersions,
      observe: (key) => observe({ ...deps, revisions: deps.watches.revisions }, key),
      plan: (observed) => plan(observed, deps.settings),
      perform: (observed, action) => perform(performDeps, observed, action),
      moving: ["acquireContent"],
    },
    signal,
  );
}
