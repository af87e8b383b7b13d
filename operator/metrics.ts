/** Every metric of the operator. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface OperatorMetrics {
  registry: Registry;
  /** Seconds one reconciliation took, by kind. */
  reconcileSeconds: Histogram<"kind">;
  reconcileErrors: Counter<"kind">;
  leading: Gauge;
  poolPods: Gauge<"namespace">;
  poolWanted: Gauge<"namespace">;
  garbageRemoved: Counter<"what">;
  /** Asked when scraped. */
  gauge(name: string, help: string, label: string, read: () => Record<string, number>): void;
  /** What only the active process knows it tells no more: another tells it now, and sums would count it twice. */
  standBy(): void;
}

/** Of the active process only. */
export const queueDepth = "kambda_operator_queue_depth";

export function createOperatorMetrics(): OperatorMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const leading = new Gauge({
    name: "kambda_operator_leading",
    help: "1 while this process is the active one.",
    registers,
  });
  const poolPods = new Gauge({
    name: "kambda_operator_pool_pods",
    help: "Unclaimed environments in the namespace's pools.",
    labelNames: ["namespace"],
    registers,
  });
  const poolWanted = new Gauge({
    name: "kambda_operator_pool_wanted",
    help: "Unclaimed environments the namespace's pools should have.",
    labelNames: ["namespace"],
    registers,
  });
  return {
    registry,
    leading,
    poolPods,
    poolWanted,
    reconcileSeconds: new Histogram({
      name: "kambda_operator_reconcile_seconds",
      help: "How long one reconciliation took.",
      labelNames: ["kind"],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    }),
    reconcileErrors: new Counter({
      name: "kambda_operator_reconcile_errors_total",
      help: "Reconciliations that failed and are tried again.",
      labelNames: ["kind"],
      registers,
    }),
    garbageRemoved: new Counter({
      name: "kambda_operator_garbage_removed_total",
      help: "Things removed because nothing needs them any more.",
      labelNames: ["what"],
      registers,
    }),
    gauge(name, help, label, read) {
      // A process that leads again reads its new queues, not the old ones.
      registry.removeSingleMetric(name);
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        collect() {
          for (const [value, number] of Object.entries(read())) this.set({ [label]: value }, number);
        },
      });
    },
    standBy() {
      leading.set(0);
      poolPods.reset();
      poolWanted.reset();
      registry.removeSingleMetric(queueDepth);
    },
  };
}
