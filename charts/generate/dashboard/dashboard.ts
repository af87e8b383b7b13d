/** The dashboard's JSON, as Grafana imports it, from the table of panels. */
import type { Panel } from "./panel.ts";
import { rows } from "./panels.ts";

const columns = 24;
const height = 8;
const datasource = { type: "prometheus", uid: "$datasource" };

/** Grafana 9 and later read this version and upgrade it. */
const schemaVersion = 39;

export function dashboard(): unknown {
  let id = 0;
  let y = 0;
  const panels: unknown[] = [];
  for (const row of rows) {
    panels.push({
      id: ++id,
      type: "row",
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: columns, h: 1 },
      panels: [],
    });
    y += 1;
    for (const line of linesOf(row.panels)) {
      const w = Math.floor(columns / line.length);
      line.forEach((panel, index) => {
        panels.push(timeseries(panel, ++id, { x: index * w, y, w, h: height }));
      });
      y += height;
    }
  }
  return {
    uid: "kambda",
    title: "Kambda",
    description: "Functions, their environments, and Kambda's own processes.",
    tags: ["kambda", "serverless"],
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    schemaVersion,
    time: { from: "now-1h", to: "now" },
    templating: { list: variables() },
    panels,
  };
}

/** Three to a line, so that a panel is wide enough to be read. */
function linesOf(panels: readonly Panel[]): Panel[][] {
  const lines: Panel[][] = [];
  for (let first = 0; first < panels.length; first += 3) lines.push(panels.slice(first, first + 3));
  return lines;
}

function timeseries(panel: Panel, id: number, gridPos: unknown): unknown {
  return {
    id,
    type: "timeseries",
    title: panel.title,
    description: panel.description,
    datasource,
    gridPos,
    fieldConfig: {
      defaults: {
        unit: panel.unit,
        min: 0,
        custom: {
          fillOpacity: panel.stacked === true ? 30 : 0,
          showPoints: "never",
          stacking: { mode: panel.stacked === true ? "normal" : "none" },
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: "list", placement: "bottom" },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: panel.queries.map(({ promql, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource,
      expr: promql,
      legendFormat: legend,
    })),
  };
}

function variables(): unknown[] {
  const choice = (name: string, query: string) => ({
    name,
    type: "query",
    datasource,
    query: { query, refId: name },
    refresh: 2,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { text: "All", value: "$__all" },
    sort: 1,
  });
  return [
    { name: "datasource", type: "datasource", query: "prometheus", current: {} },
    choice("namespace", "label_values(kambda_invocations_total, namespace)"),
    choice("function", 'label_values(kambda_invocations_total{namespace=~"$namespace"}, function)'),
  ];
}
