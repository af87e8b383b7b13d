/** A queue of things to reconcile, whatever their keys are: its handlings are timed and counted by kind. */
import type { ClockDep } from "../kernel/clock/clock.ts";
import type { LogDep } from "../kernel/log/log.ts";
import { type Again, createQueue, type Queue } from "../kernel/queue/queue.ts";
import type { RandomDep } from "../kernel/random/random.ts";
import type { OperatorMetrics } from "./metrics.ts";

export type QueueDeps = ClockDep &
  RandomDep &
  LogDep & { metrics: Pick<OperatorMetrics, "reconcileSeconds" | "reconcileErrors"> };

export interface ReconcileQueueOptions {
  /** As logs and metrics name it. */
  kind: string;
  workersMax: number;
  reconcile: (key: string) => Promise<Again>;
}

export function createReconcileQueue(
  deps: QueueDeps,
  { kind, workersMax, reconcile }: ReconcileQueueOptions,
): Queue {
  const { reconcileSeconds, reconcileErrors } = deps.metrics;
  return createQueue(deps, {
    name: `reconciliation (${kind})`,
    workersMax,
    handle: reconcile,
    onHandled(ms, failed) {
      reconcileSeconds.observe({ kind }, ms / 1000);
      if (failed) reconcileErrors.inc({ kind });
    },
  });
}
