/** Everybody in the gateway who wants to hear what becomes of invocations and environments, behind the one ear the fleet speaks to. */
import type { FleetObserver } from "./fleet/observer.ts";
import type { GatewayMetrics } from "./metrics/metrics.ts";
import type { Reporter } from "./report/report.ts";
import type { Traffic } from "./report/traffic.ts";
import type { Marker } from "./start/mark.ts";

export interface Listeners {
  metrics: Pick<GatewayMetrics, "observer">;
  traffic: Traffic;
  marker: Marker;
  reporter: Reporter;
}

export function observeAll({ metrics, traffic, marker, reporter }: Listeners): FleetObserver {
  return {
    ...metrics.observer,
    ended(callable, end, pod) {
      metrics.observer.ended(callable, end, pod);
      traffic.ended(callable, end.status !== "success");
    },
    lost(callable) {
      metrics.observer.lost(callable);
      traffic.ended(callable, true);
    },
    refused(callable, refusal) {
      metrics.observer.refused(callable, refusal);
      traffic.refused(callable, refusal);
    },
    initialized(callable, report, pod) {
      metrics.observer.initialized(callable, report);
      marker.initialized(pod, report.status === "success");
      reporter.initialized(callable.target.key, report);
      if (report.status === "success") reporter.started(callable.target.key);
    },
    startFailed: reporter.startFailed,
    started: reporter.started,
  };
}
