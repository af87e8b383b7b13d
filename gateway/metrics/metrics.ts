/** The gateway's metrics: every name, label and bucket in one place. Counting is `series.ts`; here it is shown when scraped. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { Callable } from "../catalog/callable.ts";
import type { FleetObserver } from "../fleet/observer.ts";
import type { PlacerState } from "../placer/state.ts";
import type { ShardState } from "../shard/state.ts";
import { type StartPhase, type StartWay, startPhases, startWays } from "../start/phases.ts";
import { registerDistribution } from "./distribution.ts";
import { registerPlacement } from "./placement.ts";
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
    ended(callable: Callable, end: HeadOf<ToGateway, "end">): void;
    initialized(callable: Callable, report: HeadOf<ToGateway, "initialized">): void;
  };
}

export interface MetricsSources {
  shards(): readonly ShardState[];
  links(): number;
}

/** Functions and versions with series of their own: about 45 lines each on `/metrics`. */
const seriesMax = 1_000;

const byFunction = ["namespace", "function", "version"] as const;

export function createGatewayMetrics(sources: MetricsSources): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const book = createSeriesBook(seriesMax);
  // Memory, CPU and the event loop of the process itself.
  collectDefaultMetrics({ register: registry });

  const placers = (): PlacerState[] =>
    sources.shards().flatMap(({ seat }) => (seat.at === "placing" ? [seat.placer] : []));

  new Counter({
    name: "kambda_invocations_total",
    help: "Invocations that ran, whatever came of them.",
    labelNames: byFunction,
    registers,
    collect() {
      this.reset();
      for (const { labels, invocations } of book.all()) this.inc({ ...labels }, invocations);
    },
  });
  new Counter({
    name: "kambda_errors_total",
    help: "Invocations that ended in an error: the function's, its timeout, or a lost environment.",
    labelNames: byFunction,
    registers,
    collect() {
      this.reset();
      for (const { labels, errors } of book.all()) this.inc({ ...labels }, errors);
    },
  });
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
      ended(callable, end) {
        const series = seriesOf(callable);
        series.invocations++;
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
