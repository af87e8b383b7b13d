/** The gateway's metrics: every name, label and bucket in one place. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { FleetObserver } from "../fleet/observer.ts";
import type { PlacerState } from "../placer/state.ts";

export interface GatewayMetrics {
  registry: Registry;
  observer: FleetObserver;
}

export interface MetricsSources {
  placer(): PlacerState;
  links(): number;
}

const byFunction = ["namespace", "function", "version"] as const;

export function createGatewayMetrics(sources: MetricsSources): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  // Memory, CPU and the event loop of the process itself.
  collectDefaultMetrics({ register: registry });
  const invocations = new Counter({
    name: "kambda_invocations_total",
    help: "Invocations that ran, whatever came of them.",
    labelNames: byFunction,
    registers,
  });
  const errors = new Counter({
    name: "kambda_errors_total",
    help: "Invocations that ended in an error of the function, its timeout included.",
    labelNames: byFunction,
    registers,
  });
  const throttles = new Counter({
    name: "kambda_throttles_total",
    help: "Requests refused for concurrency.",
    labelNames: [...byFunction, "reason"],
    registers,
  });
  const duration = new Histogram({
    name: "kambda_duration_seconds",
    help: "Time the function's code took, as in its REPORT line.",
    labelNames: byFunction,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers,
  });
  const init = new Histogram({
    name: "kambda_init_duration_seconds",
    help: "INIT of environments.",
    labelNames: byFunction,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  new Gauge({
    name: "kambda_links",
    help: "Environments linked to this gateway.",
    registers,
    collect() {
      this.set(sources.links());
    },
  });
  new Gauge({
    name: "kambda_waiting",
    help: "Requests waiting for an environment.",
    registers,
    collect() {
      this.set(sources.placer().waiters.size);
    },
  });
  new Gauge({
    name: "kambda_concurrent_executions",
    help: "Invocations in flight.",
    labelNames: ["namespace", "function"],
    registers,
    collect() {
      this.reset();
      for (const { key, inFlight } of sources.placer().functions.values()) {
        const slash = key.indexOf("/");
        this.set({ namespace: key.slice(0, slash), function: key.slice(slash + 1) }, inFlight);
      }
    },
  });
  const labelsOf = (callable: { namespace: string; functionName: string; functionVersion: string }) => ({
    namespace: callable.namespace,
    function: callable.functionName,
    version: callable.functionVersion,
  });
  return {
    registry,
    observer: {
      ended(callable, end) {
        const labels = labelsOf(callable);
        invocations.inc(labels);
        if (end.status !== "success") errors.inc(labels);
        duration.observe(labels, end.durationMs / 1000);
      },
      lost(callable) {
        const labels = labelsOf(callable);
        invocations.inc(labels);
        errors.inc(labels);
      },
      refused(callable, refusal) {
        const reason = refusal.kind === "throttled" ? refusal.reason : refusal.kind;
        throttles.inc({ ...labelsOf(callable), reason });
      },
      initialized(callable, report) {
        init.observe(labelsOf(callable), report.initMs / 1000);
      },
    },
  };
}
