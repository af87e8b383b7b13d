/** Every PromQL expression the chart ships, by where it stands: for the tests that hold them to the metrics there are. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { chart } from "./files.ts";

export interface ShippedQuery {
  /** `panel Errors` or `alert KambdaStale`. */
  where: string;
  promql: string;
}

const dashboardSchema = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) }),
  ),
});
const alertsSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

export function dashboardQueries(): ShippedQuery[] {
  const text = readFileSync(path.join(chart, "dashboards/kambda.json"), "utf8");
  return dashboardSchema
    .parse(JSON.parse(text))
    .panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ where: `panel ${title}`, promql: expr })),
    );
}

export function alertQueries(): ShippedQuery[] {
  const text = readFileSync(path.join(chart, "files/alerts.yaml"), "utf8");
  return alertsSchema
    .parse(parse(text))
    .groups.flatMap(({ rules }) =>
      rules.map(({ alert, expr }) => ({ where: `alert ${alert}`, promql: expr })),
    );
}
