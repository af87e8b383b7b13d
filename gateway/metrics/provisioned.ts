/** Provisioned concurrency as CloudWatch tells it, by version: told by the placer, which alone knows what every gateway's requests use. */
import { Gauge, type Registry } from "prom-client";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { PlacerState } from "../placer/state.ts";
import { provisionedUse } from "../placer/use.ts";
import { largest, otherName } from "./largest.ts";
import { metricsLimits } from "./limits.ts";
import type { SeriesLabels } from "./series.ts";

export interface ProvisionedSources {
  placers(): readonly PlacerState[];
  /** Provisioned environments by Revision. */
  kept(): ReadonlyMap<string, number>;
  revision(key: string): Pick<RevisionObject, "metadata" | "spec"> | undefined;
}

interface Use {
  labels: SeriesLabels;
  environments: number;
  inUse: number;
}

const labelNames = ["namespace", "function", "version"] as const;

export function registerProvisioned(registers: Registry[], sources: ProvisionedSources): void {
  const gauge = (name: string, help: string, read: (use: Use) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const use of usesOf(sources)) this.set({ ...use.labels }, read(use));
      },
    });
  gauge(
    "kambda_provisioned_concurrency_environments",
    "Provisioned environments whose pods live.",
    ({ environments }) => environments,
  );
  gauge(
    "kambda_provisioned_concurrent_executions",
    "Invocations in flight in provisioned environments.",
    ({ inUse }) => inUse,
  );
  gauge(
    "kambda_provisioned_concurrency_utilization",
    "Share of the provisioned environments that is in use.",
    ({ environments, inUse }) => inUse / environments,
  );
}

function usesOf({ placers, kept, revision }: ProvisionedSources): Use[] {
  const all: Use[] = [];
  for (const placer of placers())
    for (const [key, environments] of kept()) {
      const { metadata, spec } = revision(key) ?? {};
      if (metadata === undefined || spec === undefined || !placer.revisions.has(key)) continue;
      const labels = {
        namespace: metadata.namespace,
        function: spec.functionName,
        version: spec.functionVersion,
      };
      all.push({ labels, environments, inUse: provisionedUse(placer, key).inUse });
    }
  const { shown, rest } = largest(all, metricsLimits.provisionedMax, ({ environments }) => environments);
  if (rest.length === 0) return [...shown];
  const sum = (read: (use: Use) => number) => rest.reduce((total, use) => total + read(use), 0);
  const labels = { namespace: "", function: otherName, version: "" };
  return [...shown, { labels, environments: sum((one) => one.environments), inUse: sum((one) => one.inUse) }];
}
