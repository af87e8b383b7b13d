import { describe, expect, test } from "vitest";
import { aRevision } from "../../kernel/testing/objects.ts";
import type { Callable } from "../catalog/callable.ts";
import type { PlacerEvent } from "../placer/event.ts";
import { createPlacerState } from "../placer/state.ts";
import { step } from "../placer/step.ts";
import { createShardState } from "../shard/state.ts";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { metricsLimits } from "./limits.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createSeriesBook } from "./series.ts";

const onDemand = { isProvisioned: false };
const end = { requestId: "r", grant: "g", durationMs: 30, billedMs: 30, memoryUsedMb: 40 };

test("an invocation, an error and a throttle are counted by function and version", async () => {
  const { exposition, observer } = createGatewayMetrics(sources());
  observer.ended(aCallable("hello"), { ...end, status: "success" }, onDemand);
  observer.ended(aCallable("hello"), { ...end, status: "timeout" }, onDemand);
  observer.refused(aCallable("hello"), {
    kind: "throttled",
    reason: "ConcurrentInvocationLimitExceeded",
    retryMs: 1,
  });
  const text = await exposition.metrics();
  const labels = 'namespace="team",function="hello",version="$LATEST"';
  expect(text).toContain(`kambda_invocations_total{${labels}} 2`);
  expect(text).toContain(`kambda_errors_total{${labels}} 1`);
  expect(text).toContain(`kambda_throttles_total{${labels},reason="ConcurrentInvocationLimitExceeded"} 1`);
  expect(text).toContain('kambda_concurrent_executions{namespace="team",function="hello"} 0');
});

test("durations make a histogram whose buckets add up", async () => {
  const { exposition, observer } = createGatewayMetrics(sources());
  for (const durationMs of [0.5, 30, 30, 2_000_000])
    observer.ended(aCallable("hello"), { ...end, durationMs, status: "success" }, onDemand);
  const text = await exposition.metrics();
  const labels = 'namespace="team",function="hello",version="$LATEST"';
  expect(text).toContain("# TYPE kambda_duration_seconds histogram");
  expect(text).toContain(`kambda_duration_seconds_bucket{le="0.001",${labels}} 1`);
  expect(text).toContain(`kambda_duration_seconds_bucket{le="0.05",${labels}} 3`);
  expect(text).toContain(`kambda_duration_seconds_bucket{le="+Inf",${labels}} 4`);
  expect(text).toContain(`kambda_duration_seconds_count{${labels}} 4`);
});

test("a cold start is counted in each phase it went through, by where its environment came from", async () => {
  const { exposition, observer } = createGatewayMetrics(sources());
  observer.coldStarted("pool", { wait: 0, claim: 1, code: 2, init: 4, first_byte: 3 });
  const text = await exposition.metrics();
  expect(text).toContain('kambda_cold_start_phase_seconds_sum{way="pool",phase="init"} 0.004');
  for (const phase of ["wait", "claim", "code", "init", "first_byte"])
    expect(text).toContain(`kambda_cold_start_phase_seconds_count{way="pool",phase="${phase}"} 1`);
  expect(text).not.toContain('way="pod"');
});

test("the Revisions of one version are one series", async () => {
  const { exposition, observer } = createGatewayMetrics(sources());
  for (const key of ["team/hello-1", "team/hello-2"]) {
    const callable = { ...aCallable("hello"), target: { key } } as Callable;
    observer.initialized(callable, { status: "success", initMs: 30 } as Parameters<
      typeof observer.initialized
    >[1]);
    observer.ended(callable, { ...end, status: "success" }, onDemand);
  }
  const counts = (await exposition.metrics()).split("\n").filter((line) => /^kambda_\w+_count{/.test(line));
  const labels = '{namespace="team",function="hello",version="$LATEST"}';
  expect(counts).toEqual([
    `kambda_duration_seconds_count${labels} 2`,
    `kambda_init_duration_seconds_count${labels} 2`,
  ]);
});

test("what ran in provisioned environments is counted, and what spilled over to others; elsewhere neither", async () => {
  const { exposition, observer } = createGatewayMetrics(sources({ "team/kept": 2 }));
  observer.ended(aCallable("kept"), { ...end, status: "success" }, { isProvisioned: true });
  observer.ended(aCallable("kept"), { ...end, status: "success" }, { isProvisioned: true });
  observer.ended(aCallable("kept"), { ...end, status: "success" }, onDemand);
  observer.ended(aCallable("plain"), { ...end, status: "success" }, onDemand);
  const text = await exposition.metrics();
  const counted = (name: string, of: string) =>
    text.match(new RegExp(`kambda_provisioned_concurrency_${name}_total{.*function="${of}".*} (\\d+)`))?.[1];
  expect([counted("invocations", "kept"), counted("spillover_invocations", "kept")]).toEqual(["2", "1"]);
  expect([counted("invocations", "plain"), counted("spillover_invocations", "plain")]).toEqual(["0", "0"]);
});

test("placement is told by who places: its epoch, hand-overs, who is not heard of, and what is in use", async () => {
  const placing = createShardState("us", placerOptions());
  placing.handovers = 2;
  const placer = createPlacerState(placerOptions(), 7);
  placing.seat = { at: "placing", epoch: 7, sinceMs: 0, placer };
  placer.unheard.set("silent", { id: "silent", namespace: "team", functionKey: undefined });
  const target = aTarget();
  const caps = someCaps({ provisioned: 4 });
  const as = { kind: "assigned", target, reserved: false, running: undefined } as const;
  const events: PlacerEvent[] = [
    ...["a", "b", "c", "d"].map((id) => {
      return { type: "joined", environment: { ...anEnvironment(id), kept: true, as } } as const;
    }),
    { type: "confirmed", joinedAs: Number.POSITIVE_INFINITY },
    { type: "want", want: { id: "w", from: "us", target, caps, bytes: 0 } },
  ];
  for (const event of events) step(placer, event, 0);
  // Of a shard that another gateway places, only that it was ours before is told here.
  const standby = createShardState("us", placerOptions());
  standby.handovers = 1;
  const { exposition } = createGatewayMetrics({
    ...sources({ [target.key]: 4 }),
    shards: () => [standby, placing],
    revision: () => aRevision({ functionVersion: "1" }, { name: "hello-1" }),
  });
  const told = (await exposition.metrics()).split("\n");
  const version = 'namespace="team",function="hello",version="1"';
  expect(told.filter((line) => line.startsWith("kambda_placer_"))).toEqual([
    'kambda_placer_epoch{shard="1"} 7',
    'kambda_placer_unheard_environments{shard="1"} 1',
    "kambda_placer_handovers_total 3",
  ]);
  expect(told).toContain('kambda_unreserved_concurrent_executions{namespace="team"} 1');
  expect(told).toContain(`kambda_provisioned_concurrency_environments{${version}} 4`);
  expect(told).toContain(`kambda_provisioned_concurrent_executions{${version}} 1`);
  expect(told).toContain(`kambda_provisioned_concurrency_utilization{${version}} 0.25`);
});

describe("however many functions are invoked", () => {
  const labelsOf = (index: number) => ({ namespace: "n", function: `f${index}`, version: "1" });
  const options = { functionsMax: 10, idleScrapesMax: 2 };
  const sum = (book: ReturnType<typeof createSeriesBook>) =>
    [...book.all()].reduce((total, { invocations }) => total + invocations, 0);

  test("those past the bound are summed, and nothing is lost or counted twice", () => {
    const book = createSeriesBook(options);
    for (let round = 1; round <= 3; round++) {
      for (let index = 0; index < 100; index++) book.of(`f${index}`, () => labelsOf(index)).invocations++;
      book.scraped();
      expect([...book.all()].length).toBe(11);
      expect(sum(book)).toBe(100 * round);
    }
  });

  test("one not used for long gives its place to another, and those in use keep theirs", () => {
    const book = createSeriesBook(options);
    const use = (index: number) => book.of(`f${index}`, () => labelsOf(index)).invocations++;
    for (let index = 0; index < 10; index++) use(index);
    for (let scrape = 0; scrape <= options.idleScrapesMax; scrape++) {
      use(0);
      use(42);
      book.scraped();
    }
    use(42);
    const names = [...book.all()].map(({ labels }) => labels.function);
    expect(names).toEqual(["f0", "f42", "_other"]);
  });

  test("10,000 of them make a scrape of bounded size, and their sums are right", async () => {
    const functions = 10_000;
    const { exposition, observer } = createGatewayMetrics(sources());
    for (let index = 0; index < functions; index++) {
      const callable = aCallable(`f${index}`);
      observer.initialized(callable, { status: "success", initMs: 30 } as Parameters<
        typeof observer.initialized
      >[1]);
      observer.ended(callable, { ...end, status: index % 2 === 0 ? "success" : "timeout" }, onDemand);
      observer.refused(callable, {
        kind: "throttled",
        reason: "ConcurrentInvocationLimitExceeded",
        retryMs: 1,
      });
    }
    const text = await exposition.metrics();
    const lines = text.split("\n").filter((line) => line.startsWith("kambda_"));
    const total = (name: string) =>
      lines
        .filter((line) => line.startsWith(`${name}{`))
        .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(" "))), 0);
    expect(total("kambda_invocations_total")).toBe(functions);
    expect(total("kambda_errors_total")).toBe(functions / 2);
    expect(total("kambda_throttles_total")).toBe(functions);
    expect(total("kambda_duration_seconds_count")).toBe(functions);
    const byFunction = lines.filter((line) => line.startsWith("kambda_invocations_total{"));
    expect(byFunction.length).toBe(metricsLimits.functionsMax + 1);
    expect(lines.length).toBeLessThan(50 * metricsLimits.functionsMax);
    expect(text.length).toBeLessThan(3 * 1024 * 1024);
  });
});

function sources(kept: Record<string, number> = {}) {
  const counts = new Map(Object.entries(kept));
  return { shards: () => [], links: () => 0, kept: () => counts, revision: () => undefined };
}

function aCallable(functionName: string): Callable {
  return {
    namespace: "team",
    functionName,
    functionVersion: "$LATEST",
    target: { key: `team/${functionName}` },
  } as Callable;
}
