/** The gateway's metrics. Counting by function is `series.ts`, and shown by `text.ts`; the rest is prom-client's to show. */
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { Exposition } from "../../kernel/metrics/listener.ts";
import type { Callable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { FleetObserver } from "../fleet/observer.ts";
import type { PlacerState } from "../placer/state.ts";
import type { ShardState } from "../shard/state.ts";
import { type StartPhase, type StartWay, startPhases, startWays } from "../start/phases.ts";
import { registerDistribution } from "./distribution.ts";
import { inFlightByFunction } from "./inflight.ts";
import { metricsLimits } from "./limits.ts";
import { registerPlacement } from "./placement.ts";
import { registerProvisioned } from "./provisioned.ts";
import {
  createSeriesBook,
  type Distribution,
  durationBounds,
  emptyDistribution,
  initBounds,
  observe,
  phaseBounds,
  type Series,
} from "./series.ts";
import { seriesText } from "./text.ts";

export interface GatewayMetrics {
  exposition: Exposition;
  observer: Pick<FleetObserver, "lost" | "refused" | "coldStarted"> & {
    ended(
      callable: Callable,
      end: HeadOf<ToGateway, "end">,
      pod: Pick<EnvironmentPod, "isProvisioned">,
    ): void;
    initialized(callable: Callable, report: HeadOf<ToGateway, "initialized">): void;
  };
}

export interface MetricsSources {
  shards(): readonly ShardState[];
  links(): number;
  kept(): ReadonlyMap<string, number>;
  revision(key: string): RevisionObject | undefined;
}

export function createGatewayMetrics(sources: MetricsSources): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const book = createSeriesBook(metricsLimits);
  // Memory, CPU and the event loop of the process itself.
  collectDefaultMetrics({ register: registry });

  const placers = (): PlacerState[] =>
    sources.shards().flatMap(({ seat }) => (seat.at === "placing" ? [seat.placer] : []));

  registerPlacement(registers, sources.shards);
  registerProvisioned(registers, { ...sources, placers });
  // Not by function: every way and phase is known beforehand, so that the number of series is too.
  const coldStarts = new Map<StartWay, Record<StartPhase, Distribution>>(
    startWays.map((way) => [way, emptyPhases()]),
  );
  registerDistribution(registry, {
    name: "kambda_cold_start_phase_seconds",
    help: "Where cold starts spent their time, by phase and by where the environment came from.",
    bounds: phaseBounds,
    *read() {
      for (const [way, byPhase] of coldStarts)
        for (const phase of startPhases) yield { labels: { way, phase }, distribution: byPhase[phase] };
    },
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
      this.set(placers().reduce((sum, { waiters, held }) => sum + waiters.size + held.size, 0));
    },
  });

  // By the labels and not by Revision: the Revisions of one version are one series, and Prometheus takes no series twice.
  const seriesOf = ({ namespace, functionName, functionVersion }: Callable): Series =>
    book.of(`${namespace}/${functionName}/${functionVersion}`, () => ({
      namespace,
      function: functionName,
      version: functionVersion,
    }));
  return {
    exposition: {
      contentType: registry.contentType,
      async metrics() {
        book.scraped();
        const all = [...book.all()];
        return `${await registry.metrics()}${seriesText(all, inFlightByFunction(all, placers()))}`;
      },
    },
    observer: {
      ended(callable, end, { isProvisioned }) {
        const series = seriesOf(callable);
        series.invocations++;
        if (isProvisioned) series.provisioned++;
        else if (sources.kept().has(callable.target.key)) series.spilledOver++;
        if (end.status !== "success") series.errors++;
        observe(series.duration, durationBounds, end.durationMs / 1000);
      },
      lost(callable) {
        const series = seriesOf(callable);
        series.invocations++;
        series.errors++;
      },
      refused(callable, refusal) {
        const { throttles } = seriesOf(callable);
        const reason = refusal.kind === "throttled" ? refusal.reason : refusal.kind;
        throttles.set(reason, (throttles.get(reason) ?? 0) + 1);
      },
      coldStarted(way, phases) {
        const byPhase = coldStarts.get(way);
        if (byPhase === undefined) return;
        for (const phase of startPhases) observe(byPhase[phase], phaseBounds, phases[phase] / 1000);
      },
      initialized(callable, report) {
        observe(seriesOf(callable).init, initBounds, report.initMs / 1000);
      },
    },
  };
}

function emptyPhases(): Record<StartPhase, Distribution> {
  const empty = () => emptyDistribution(phaseBounds);
  return { wait: empty(), claim: empty(), code: empty(), init: empty(), first_byte: empty() };
}
