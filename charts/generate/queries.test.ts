import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { alertQueries, dashboardQueries } from "./queries.ts";

const root = join(import.meta.dirname, "../..");

/** Names in the code that makes metrics, and what a histogram makes of its name. */
function metricNames(): Set<string> {
  const files = ["gateway/**/*.ts", "operator/**/*.ts", "kernel/**/*.ts"].flatMap((pattern) =>
    globSync(pattern, { cwd: root }),
  );
  const names = files
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => [...readFileSync(join(root, file), "utf8").matchAll(/"(kambda_[a-z_]+)"/g)])
    .map((match) => match[1] ?? "");
  const parts = names.flatMap((name) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]);
  // prom-client's own, of every process.
  return new Set([...parts, "process_cpu_seconds_total", "process_resident_memory_bytes"]);
}

test("every metric that the dashboard and the alerts ask for is made by the code", () => {
  const known = metricNames();
  const queries = [...dashboardQueries(), ...alertQueries()];
  expect(queries.length).toBeGreaterThan(20);
  const unknown = queries.flatMap(({ where, promql }) =>
    [...promql.matchAll(/\b(?:kambda|process)_[a-z_]+/g)]
      .map(([name]) => name)
      .filter((name) => !known.has(name))
      .map((name) => `${where}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test("the dashboard's first row shows the golden signals", () => {
  const first = dashboardQueries()
    .slice(0, 6)
    .map(({ where }) => where);
  expect(new Set(first)).toEqual(
    new Set([
      "panel Invocations",
      "panel Errors",
      "panel Throttles",
      "panel Concurrent executions",
      "panel Duration",
    ]),
  );
});
