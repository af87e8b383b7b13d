import { expect, test } from "vitest";
import type { Callable } from "../catalog/callable.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { createSeriesBook } from "./series.ts";

const end = { requestId: "r", grant: "g", durationMs: 30, billedMs: 30, memoryUsedMb: 40 };

test("an invocation, an error and a throttle are counted by function and version", async () => {
  const { registry, observer } = createGatewayMetrics(sources());
  observer.ended(aCallable("hello"), { ...end, status: "success" });
  observer.ended(aCallable("hello"), { ...end, status: "timeout" });
  observer.refused(aCallable("hello"), {
    kind: "throttled",
    reason: "ConcurrentInvocationLimitExceeded",
    retryMs: 1,
  });
  const text = await registry.metrics();
  const labels = 'namespace="team",function="hello",version="$LATEST"';
  expect(text).toContain(`kambda_invocations_total{${labels}} 2`);
  expect(text).toContain(`kambda_errors_total{${labels}} 1`);
  expect(text).toContain(`kambda_throttles_total{${labels},reason="ConcurrentInvocationLimitExceeded"} 1`);
  expect(text).toContain('kambda_concurrent_executions{namespace="team",function="hello"} 0');
});

test("durations make a histogram whose buckets add up", async () => {
  const { registry, observer } = createGatewayMetrics(sources());
  for (const durationMs of [0.5, 30, 30, 2_000_000])
    observer.ended(aCallable("hello"), { ...end, durationMs, status: "success" });
  const text = await registry.metrics();
  const labels = 'namespace="team",function="hello",version="$LATEST"';
  expect(text).toContain("# TYPE kambda_duration_seconds histogram");
  expect(text).toContain(`kambda_duration_seconds_bucket{le="0.001",${labels}} 1`);
  expect(text).toContain(`kambda_duration_seconds_bucket{le="0.05",${labels}} 3`);
  expect(text).toContain(`kambda_duration_seconds_bucket{le="+Inf",${labels}} 4`);
  expect(text).toContain(`kambda_duration_seconds_count{${labels}} 4`);
});

test("a cold start is counted in each phase it went through, by where its environment came from", async () => {
  const { registry, observer } = createGatewayMetrics(sources());
  observer.coldStarted("pool", { wait: 0, claim: 1, code: 2, init: 4, first_byte: 3 });
  const text = await registry.metrics();
  expect(text).toContain('kambda_cold_start_phase_seconds_sum{way="pool",phase="init"} 0.004');
  for (const phase of ["wait", "claim", "code", "init", "first_byte"])
    expect(text).toContain(`kambda_cold_start_phase_seconds_count{way="pool",phase="${phase}"} 1`);
  expect(text).not.toContain('way="pod"');
});

test("the Revisions of one version are one series", async () => {
  const { registry, observer } = createGatewayMetrics(sources());
  for (const key of ["team/hello-1", "team/hello-2"]) {
    const callable = { ...aCallable("hello"), target: { key } } as Callable;
    observer.initialized(callable, { status: "success", initMs: 30 } as Parameters<
      typeof observer.initialized
    >[1]);
    observer.ended(callable, { ...end, status: "success" });
  }
  const counts = (await registry.metrics()).split("\n").filter((line) => /^kambda_\w+_count{/.test(line));
  const labels = '{namespace="team",function="hello",version="$LATEST"}';
  expect(counts).toEqual([
    `kambda_duration_seconds_count${labels} 2`,
    `kambda_init_duration_seconds_count${labels} 2`,
  ]);
});

test("functions past the bound are summed, those invoked lately keep their own series, nothing is lost", () => {
  const book = createSeriesBook(10);
  for (let round = 0; round < 3; round++)
    for (let index = 0; index < 100; index++)
      book.of(`f${index}`, () => ({ namespace: "n", function: `f${index}`, version: "1" })).invocations++;
  const all = [...book.all()];
  expect(all.length).toBe(11);
  expect(all.reduce((sum, { invocations }) => sum + invocations, 0)).toBe(300);
  expect(all.map(({ labels }) => labels.function)).toContain("f99");
});

function sources() {
  return { shards: () => [], links: () => 0 };
}

function aCallable(functionName: string): Callable {
  return {
    namespace: "team",
    functionName,
    functionVersion: "$LATEST",
    target: { key: `team/${functionName}` },
  } as Callable;
}
