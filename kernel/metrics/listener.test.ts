import { Counter, Registry } from "prom-client";
import { expect, test } from "vitest";
import { createHealth } from "../health/health.ts";
import { listenForMetrics } from "./listener.ts";

async function ask(port: number, path: string): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.text()];
}

test("serves metrics, says it lives, and is ready only while every check is well", async () => {
  const registry = new Registry();
  new Counter({ name: "kambda_test_total", help: "Counted.", registers: [registry] }).inc(3);
  const health = createHealth();
  let problem: string | undefined = "not heard for 99 s";
  health.add("functions", () => problem);
  await using listener = await listenForMetrics({ port: 0, host: "127.0.0.1" }, registry, health);
  expect((await ask(listener.port, "/metrics"))[1]).toContain("kambda_test_total 3");
  expect(await ask(listener.port, "/healthz")).toEqual([200, "ok\n"]);
  expect(await ask(listener.port, "/readyz")).toEqual([503, "functions: not heard for 99 s\n"]);
  problem = undefined;
  expect((await ask(listener.port, "/readyz"))[0]).toBe(200);
  expect((await ask(listener.port, "/anything"))[0]).toBe(404);
});
