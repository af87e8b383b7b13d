/** The metrics as a real Prometheus reads them: Lambda's numbers are right, and every query of the dashboard has an answer. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { alertQueries, dashboardQueries } from "../../../charts/generate/queries.ts";
import { type Forward, forward } from "../../support/forward.ts";
import { checkout, installation } from "../../support/installation.ts";
import { aHandler } from "../../support/manifest.ts";
import { testNamespace } from "../../support/namespace.ts";
import { type Prometheus, startPrometheus } from "../../support/prometheus.ts";
import { aVersion } from "../../support/publish.ts";
import { until } from "../../support/until.ts";

const good = (variables: Record<string, string>) =>
  aHandler("good", "return 1;", { environment: { variables } });
const namespace = testNamespace("metrics", (made) =>
  made.ready(
    good({ TURN: "1" }),
    aHandler("bad", "throw new Error('no');"),
    aHandler("stopped", "return 1;", { reservedConcurrency: 0 }),
  ),
);

const goodCalls = 7;
const badCalls = 3;
const scrapeSeconds = 30;

let prometheus: Prometheus;
let operator: Forward;

beforeAll(async () => {
  // One of everything that the dashboard shows.
  await namespace.apply(aVersion("good.1", { functionName: "good", provisionedConcurrency: 1 }));
  await until("an environment to be provisioned", 60, async () => {
    const status = (await namespace.get("versions.kambda.dev", "good.1"))?.status;
    return (status?.provisionedConcurrency as { status: string } | undefined)?.status === "READY";
  });
  operator = await forward(installation.namespace, "kambda-operator-metrics", 9090);
  prometheus = await startPrometheus({
    jobs: { gateway: new URL(installation.metrics).host, operator: operator.address },
    rules: [join(checkout, "charts/kambda/files/alerts.yaml")],
  });
  // A rate needs a sample from before: counters of a function start with its first invocation.
  for (const name of ["good", "bad"]) await namespace.sdk.invoke(name, {});
  await namespace.sdk.refused("stopped", {});
  await until("prometheus to have seen the first invocations", scrapeSeconds, async () => {
    const seen = await prometheus.query(`kambda_invocations_total{namespace="${namespace.name}"} > 0`);
    return seen.length === 2;
  });
  // Another configuration needs another environment, so that one is initialised between two samples.
  await namespace.ready(good({ TURN: "2" }));
  for (let call = 1; call < goodCalls; call++) await namespace.sdk.invoke("good", {});
  for (let call = 1; call < badCalls; call++) await namespace.sdk.invoke("bad", {});
  await namespace.sdk.refused("stopped", {});
}, 180_000);

afterAll(async () => {
  await prometheus[Symbol.asyncDispose]();
  await operator[Symbol.asyncDispose]();
});

/** The value once prometheus has scraped it. */
async function becomes(promql: string, value: number): Promise<void> {
  await until(`${promql} to be ${value}`, scrapeSeconds, async () => {
    const [sample] = await prometheus.query(promql);
    if (Number(sample?.value[1]) === value) return true;
    throw new Error(`it is ${sample?.value[1]}`);
  });
}

const of = (name: string) => `{namespace="${namespace.name}",function="${name}",version="$LATEST"}`;

describe("prometheus counts", () => {
  test("every invocation", async () => {
    await becomes(`kambda_invocations_total${of("good")}`, goodCalls);
    await becomes(`kambda_invocations_total${of("bad")}`, badCalls);
  });

  test("errors of the function, and none where there are none", async () => {
    await becomes(`kambda_errors_total${of("bad")}`, badCalls);
    await becomes(`kambda_errors_total${of("good")}`, 0);
  });

  test("throttled requests, which are no invocations, with Lambda's reason", async () => {
    await becomes(
      `kambda_throttles_total{namespace="${namespace.name}",function="stopped",reason="ReservedFunctionConcurrentInvocationLimitExceeded"}`,
      2,
    );
    await becomes(`kambda_invocations_total${of("stopped")}`, 0);
  });

  test("a duration for each invocation, and none in flight when all have ended", async () => {
    await becomes(`kambda_duration_seconds_count${of("good")}`, goodCalls);
    await becomes(`kambda_concurrent_executions{namespace="${namespace.name}",function="good"}`, 0);
  });
});

test("both processes are scraped", async () => {
  expect(await prometheus.targets()).toEqual({ gateway: "up", operator: "up" });
});

test("provisioned concurrency, and how much of it is used, is told once, by the placer", async () => {
  const labels = `{namespace="${namespace.name}",function="good",version="1"}`;
  await becomes(`sum(kambda_provisioned_concurrency_environments${labels})`, 1);
  await becomes(`sum(kambda_provisioned_concurrent_executions${labels})`, 0);
});

describe("the dashboard's queries have data:", () => {
  test.each(dashboardQueries().map(({ where, promql }) => [where, promql] as const))(
    "%s (%s)",
    async (_, promql) => {
      const asked = promql
        .replaceAll("$__rate_interval", "1m")
        .replaceAll("$namespace", namespace.name)
        .replaceAll("$function", ".*");
      await until(`data for ${asked}`, scrapeSeconds, async () =>
        (await prometheus.query(asked)).some(({ value: [, number] }) => number !== "NaN"),
      );
    },
  );
});

test("every alert rule can be evaluated", async () => {
  const rules = await until("the rules to have been evaluated", scrapeSeconds, async () => {
    const all = await prometheus.rules();
    return all.every(({ health }) => health !== "unknown") ? all : undefined;
  });
  expect(rules.map(({ name }) => name).sort()).toEqual(
    alertQueries()
      .map(({ where }) => where.replace("alert ", ""))
      .sort(),
  );
  for (const { name, health, lastError } of rules)
    expect({ name, health, lastError }).toEqual({ name, health: "ok", lastError });
});
