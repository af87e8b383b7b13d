/** Runs reconciliations of LayerVersions. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { createQueue, type Queue } from "../../kernel/queue/queue.ts";
import { createTurns } from "../../kernel/queue/turns.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import { listen } from "../listen.ts";
import type { OperatorMetrics } from "../metrics.ts";
import type { Watches } from "../watches.ts";
import { type ReconcileDeps, reconcile } from "./reconcile.ts";

/** One at a time: two of a layer would both want the next number, and each holds an archive in memory. */
export const workersMax = 1;

type Deps = Omit<ReconcileDeps, "turns"> &
  RandomDep &
  ClockDep &
  LogDep & { metrics: OperatorMetrics; watches: Watches };

export function createLayerController(deps: Deps, signal: AbortSignal): Queue {
  const { watches, metrics } = deps;
  const reconcileDeps = { ...deps, turns: createTurns(workersMax) };
  const queue = createQueue(deps, {
    name: "reconciling a LayerVersion",
    workersMax,
    handle: (key) => reconcile(reconcileDeps, key),
    onHandled(ms, failed) {
      metrics.reconcileSeconds.observe({ kind: "LayerVersion" }, ms / 1000);
      if (failed) metrics.reconcileErrors.inc({ kind: "LayerVersion" });
    },
  });
  listen(watches.layerVersions, signal, (key) => queue.add(key));
  return queue;
}
