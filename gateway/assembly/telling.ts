/** Who is told what becomes of invocations and environments: metrics, Revisions' status, rollouts, and scaling by use. */
import type { FleetObserver } from "../fleet/observer.ts";
import { createGatewayMetrics, type MetricsSources } from "../metrics/metrics.ts";
import { observeAll } from "../observe.ts";
import { createReporter } from "../report/report.ts";
import { createTraffic } from "../report/traffic.ts";
import { createUseReporter } from "../report/use.ts";
import type { Marker } from "../start/mark.ts";
import type { GatewayDeps, GatewayOptions } from "./deps.ts";
import type { Knowledge } from "./knowledge.ts";

export type Telling = ReturnType<typeof createTelling>;

export function createTelling(
  deps: GatewayDeps,
  { gatewayId }: Pick<GatewayOptions, "gatewayId">,
  { catalog, kept, watches }: Knowledge,
  { shards, links }: Pick<MetricsSources, "shards" | "links">,
) {
  const { revision } = catalog;
  const metrics = createGatewayMetrics({ shards, links, kept: kept.counts, revision });
  const reporter = createReporter({ ...deps, revision });
  const traffic = createTraffic(deps, gatewayId);
  const placers = () => shards().flatMap(({ seat }) => (seat.at === "placing" ? [seat.placer] : []));
  const use = createUseReporter(deps, { placers, kept: kept.counts, revision });
  watches.aliases.onChange(traffic.aliasChanged);
  return {
    metrics,
    reporter,
    traffic,
    use,
    observer: (marker: Marker): FleetObserver => observeAll({ metrics, traffic, marker, reporter }),
  };
}
