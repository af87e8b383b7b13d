/** The gateway's metrics: every name, label and bucket in one place. Counting is `series.ts`; here it is shown when scraped. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { Callable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { FleetObserver } from "../fleet/observer.ts";
import type { PlacerState } from "../placer/state.ts";
import type { ShardState } from "../shard/state.ts";
import { type StartPhase, type StartWay, startPhases, startWays } from "../start/phases.ts";
import { registerDistribution } from "./distribution.ts";
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

export interface GatewayMetrics {
  registry: Registry;
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

const byFunction = ["namespace", "function", "version"] as const;

export function createGatewayMetrics(sources: MetricsSources): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const book = createSeriesBook(metricsLimits);
  // Memory, CPU and the event loop of the process itself.
  collectDefaultMetrics({ register: registry });

  const placers = (): PlacerState[] =>
    sources.shards().flatMap(({ seat }) => (seat.at === "placing" ? [seat.placer] : []));

  const counter = (name: string, help: string, read: (series: Series) => number, begin?: () => void) =>
    new Counter({
      name,
      help,
      labelNames: byFunction,
      registers,
      collect() {
        begin?.();
        this.reset();
        for (const series of book.all()) this.inc({ ...series.labels }, read(series));
      },
    });
  // The first that a scrape asks.
  counter(
    "kambda_invocations_total",
    "Invocations that ran, whatever came of them.",
    ({ invocations }) => invocations,
    book.scraped,
  );
  counter(
    "kambda_errors_total",
    "Invocations that ended in an error: the function's, its timeout, or a lost environment.",
    ({ errors }) => errors,
  );
  counter(
    "kambda_provisioned_concurrency_invocations_total",
    "Invocations that ran in a provisioned environment.",
    ({ provisioned }) => provisioned,
  );
  counter(
    "kambda_provisioned_concurrency_spillover_invocations_total",
    "Invocations of a version with provisioned environments that ran in another, for all of those were in use.",
    ({ spilledOver }) => spilledOver,
  );
  new Counter({
    name: "kambda_throttles_total",
    help: "Requests that were refused and did not run, by reason.",
    labelNames: [...byFunction, "reason"],
    registers,
    collect() {
      this.reset();
      for (const { labels, throttles } of book.all())
        for (const [reason, count] of throttles) this.inc({ ...labels, reason }, count);
    },
  });
  new Gauge({
    name: "kambda_concurrent_executions",
    help: "Invocations in flight, those that wait for an environment included.",
    labelNames: ["namespace", "function"],
    registers,
    collect() {
      this.reset();
      const functions = placers().flatMap((placer) => [...placer.functions]);
      const inFlightOf = new Map(functions.map(([key, { inFlight }]) => [key, inFlight]));
      for (const { labels } of book.all()) {
        const inFlight = inFlightOf.get(`${labels.namespace}/${labels.function}`) ?? 0;
        this.set({ namespace: labels.namespace, function: labels.function }, inFlight);
      }
    },
  });
  registerPlacement(registers, sources.shards);
  registerProvisioned(registers, { ...sources, placers });
  registerDistribution(registry, {
    name: "kambda_duration_seconds",
    help: "Time the function's code took, as in its REPORT line.",
    bounds: durationBounds,
    *read() {
      for (const { labels, duration: distribution } of book.all()) yield { labels, distribution };
    },
  });
  registerDistribution(registry, {
    name: "kambda_init_duration_seconds",
    help: "Time INIT took in an environment.",
    bounds: initBounds,
    *read() {
      for (const { labels, init: distribution } of book.all()) yield { labels, distribution };
    },
  });
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
    registry,
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
