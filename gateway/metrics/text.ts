/**
 * The metrics by function as Prometheus reads them, written here: there are thousands of lines of them, and prom-client takes ten
 * microseconds for each, in one go, in which no request is served. Labels are written once, when a series comes.
 */
import { type Distribution, durationBounds, initBounds, type Series } from "./series.ts";

interface Counted {
  name: string;
  help: string;
  read(series: Series): number;
}

const counters: readonly Counted[] = [
  {
    name: "kambda_invocations_total",
    help: "Invocations that ran, whatever came of them.",
    read: ({ invocations }) => invocations,
  },
  {
    name: "kambda_errors_total",
    help: "Invocations that ended in an error: the function's, its timeout, or a lost environment.",
    read: ({ errors }) => errors,
  },
  {
    name: "kambda_provisioned_concurrency_invocations_total",
    help: "Invocations that ran in a provisioned environment.",
    read: ({ provisioned }) => provisioned,
  },
  {
    name: "kambda_provisioned_concurrency_spillover_invocations_total",
    help: "Invocations of a version with provisioned environments that ran in another, for all of those were in use.",
    read: ({ spilledOver }) => spilledOver,
  },
];

const histograms = [
  {
    name: "kambda_duration_seconds",
    help: "Time the function's code took, as in its REPORT line.",
    bounds: durationBounds,
    read: ({ duration }: Series) => duration,
  },
  {
    name: "kambda_init_duration_seconds",
    help: "Time INIT took in an environment.",
    bounds: initBounds,
    read: ({ init }: Series) => init,
  },
];

/** `inFlight` is by function; its names are written as they come. */
export function seriesText(
  all: readonly Series[],
  inFlight: Iterable<[labels: string, count: number]>,
): string {
  const out: string[] = [];
  for (const { name, help, read } of counters) {
    begin(out, name, help, "counter");
    for (const series of all) out.push(`${name}{${series.text}} ${read(series)}`);
  }
  begin(out, "kambda_throttles_total", "Requests that were refused and did not run, by reason.", "counter");
  for (const { text, throttles } of all)
    for (const [reason, count] of throttles)
      out.push(`kambda_throttles_total{${text},reason="${reason}"} ${count}`);
  const help = "Invocations in flight, those that wait for an environment included.";
  begin(out, "kambda_concurrent_executions", help, "gauge");
  for (const [labels, count] of inFlight) out.push(`kambda_concurrent_executions{${labels}} ${count}`);
  for (const { name, help: said, bounds, read } of histograms) {
    begin(out, name, said, "histogram");
    const buckets = [...bounds, "+Inf"].map((bound) => `${name}_bucket{le="${bound}",`);
    for (const series of all) distributionText(out, name, buckets, series.text, read(series));
  }
  return `${out.join("\n")}\n`;
}

function begin(out: string[], name: string, help: string, type: string): void {
  out.push("", `# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
}

function distributionText(
  out: string[],
  name: string,
  buckets: readonly string[],
  labels: string,
  { counts, sum }: Distribution,
): void {
  let total = 0;
  const from = out.length;
  for (const [index, bucket] of buckets.entries()) {
    total += counts[index] ?? 0;
    out.push(`${bucket}${labels}} ${total}`);
  }
  if (total === 0) out.length = from;
  else out.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`);
}
