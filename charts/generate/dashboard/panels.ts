/** What the Grafana dashboard shows, as data: rows of panels, first what tells whether users are well served. */
import { concurrency } from "./concurrency.ts";
import { byFunction, chosen, inNamespace, ofOurs, quantile, type Row, rate } from "./panel.ts";

export const rows: Row[] = [
  {
    title: "Golden signals",
    panels: [
      {
        title: "Invocations",
        description: "Invocations a second, whatever came of them.",
        unit: "ops",
        stacked: true,
        queries: [
          {
            promql: `sum by (${byFunction}) (${rate("kambda_invocations_total")})`,
            legend: "{{namespace}}/{{function}}",
          },
        ],
      },
      {
        title: "Errors",
        description: "Share of invocations that ended in an error of the function, timeouts included.",
        unit: "percentunit",
        queries: [
          {
            promql: `sum by (${byFunction}) (${rate("kambda_errors_total")}) / sum by (${byFunction}) (${rate("kambda_invocations_total")})`,
            legend: "{{namespace}}/{{function}}",
          },
        ],
      },
      {
        title: "Throttles",
        description: "Requests a second refused with 429 or 503, by reason.",
        unit: "ops",
        queries: [{ promql: `sum by (reason) (${rate("kambda_throttles_total")})`, legend: "{{reason}}" }],
      },
      {
        title: "Concurrent executions",
        description: "Invocations in flight.",
        unit: "short",
        stacked: true,
        queries: [
          {
            promql: `sum by (${byFunction}) (kambda_concurrent_executions{${chosen}})`,
            legend: "{{namespace}}/{{function}}",
          },
        ],
      },
      {
        title: "Duration",
        description: "Time the functions' code took, by function and version.",
        unit: "s",
        queries: [
          quantile(0.5, "kambda_duration_seconds", "function, version"),
          quantile(0.99, "kambda_duration_seconds", "function, version"),
        ],
      },
    ],
  },
  {
    title: "Environments",
    panels: [
      {
        title: "Cold starts",
        description: "Environments initialised a second.",
        unit: "ops",
        queries: [
          {
            promql: `sum by (${byFunction}) (${rate("kambda_init_duration_seconds_count")})`,
            legend: "{{namespace}}/{{function}}",
          },
        ],
      },
      {
        title: "Init duration",
        description: "What loading a function's code takes.",
        unit: "s",
        queries: [
          quantile(0.5, "kambda_init_duration_seconds", "function"),
          quantile(0.99, "kambda_init_duration_seconds", "function"),
        ],
      },
      {
        title: "Cold starts by phase",
        description: "Where a cold start's time went on average, by where its environment came from.",
        unit: "s",
        queries: [
          {
            promql: `sum by (way, phase) (${rate("kambda_cold_start_phase_seconds_sum", "")}) / sum by (way, phase) (${rate("kambda_cold_start_phase_seconds_count", "")})`,
            legend: "{{way}} {{phase}}",
          },
        ],
        stacked: true,
      },
      {
        title: "Pool",
        description: "Unclaimed environments that are there, and that should be.",
        unit: "short",
        queries: [
          {
            promql: `sum by (namespace) (kambda_operator_pool_pods{${inNamespace}})`,
            legend: "{{namespace}} there",
          },
          {
            promql: `sum by (namespace) (kambda_operator_pool_wanted{${inNamespace}})`,
            legend: "{{namespace}} wanted",
          },
        ],
      },
      {
        title: "Links",
        description: "Environments linked to each gateway.",
        unit: "short",
        queries: [{ promql: "sum by (instance) (kambda_links)", legend: "{{instance}}" }],
      },
      {
        title: "Waiting",
        description: "Requests that wait for an environment.",
        unit: "short",
        queries: [{ promql: "sum by (instance) (kambda_waiting)", legend: "{{instance}}" }],
      },
    ],
  },
  concurrency,
  {
    title: "Operator and gateway",
    panels: [
      {
        title: "Reconciliations",
        description: "Reconciliations a second, by kind.",
        unit: "ops",
        queries: [
          {
            promql: `sum by (kind) (${rate("kambda_operator_reconcile_seconds_count", "")})`,
            legend: "{{kind}}",
          },
        ],
      },
      {
        title: "Reconcile duration",
        description: "What one reconciliation takes, code fetching included.",
        unit: "s",
        queries: [
          {
            promql: `histogram_quantile(0.99, sum by (kind, le) (${rate("kambda_operator_reconcile_seconds_bucket", "")}))`,
            legend: "p99 {{kind}}",
          },
        ],
      },
      {
        title: "Staleness",
        description:
          "Age of the operator's copy of what it watches: it grows when the API server is out of reach.",
        unit: "s",
        queries: [{ promql: "max by (resource) (kambda_operator_stale_seconds)", legend: "{{resource}}" }],
      },
      {
        title: "CPU",
        description: "Processors in use by each process of Kambda's own.",
        unit: "short",
        queries: [
          {
            promql: `${rate("process_cpu_seconds_total", "")} ${ofOurs}`,
            legend: "{{instance}}",
          },
        ],
      },
      {
        title: "Memory",
        description: "Resident memory of each process of Kambda's own.",
        unit: "bytes",
        queries: [{ promql: `process_resident_memory_bytes ${ofOurs}`, legend: "{{instance}}" }],
      },
    ],
  },
];
