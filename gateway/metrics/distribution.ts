/** Shows distributions kept elsewhere as a Prometheus histogram: prom-client's own cannot be set, only observed into. */
import type { Metric, Registry } from "prom-client";
import type { Distribution } from "./series.ts";

export interface DistributionMetric {
  name: string;
  help: string;
  bounds: readonly number[];
  read(): Iterable<{ labels: Readonly<Record<string, string>>; distribution: Distribution }>;
}

export function registerDistribution(registry: Registry, metric: DistributionMetric): void {
  const { name, help } = metric;
  const shown = {
    name,
    help,
    type: "histogram",
    aggregator: "sum",
    get: () =>
      Promise.resolve({ name, help, type: "histogram", aggregator: "sum", values: valuesOf(metric) }),
  };
  // What the registry asks of a metric is its name and `get`; the type asks for a histogram's methods besides.
  registry.registerMetric(shown as unknown as Metric);
}

function valuesOf({ name, bounds, read }: DistributionMetric) {
  return [...read()].flatMap(({ labels, distribution }) => {
    const { counts, sum } = distribution;
    let total = 0;
    const buckets = [...bounds, "+Inf"].map((le, index) => {
      total += counts[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
    });
    if (total === 0) return [];
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  });
}
