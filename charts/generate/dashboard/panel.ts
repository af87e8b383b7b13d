/** What a panel of the dashboard is, and the words its queries are made of. */

export interface Query {
  promql: string;
  /** Grafana's template for a series' name. */
  legend: string;
}

export interface Panel {
  title: string;
  description: string;
  /** Grafana's name of the unit. */
  unit: "short" | "ops" | "s" | "percentunit" | "bytes";
  queries: Query[];
  /** Draw the series upon each other: for parts of a whole. */
  stacked?: boolean;
}

export interface Row {
  title: string;
  panels: Panel[];
}

/** The variables of the dashboard choose by these. */
export const chosen = 'namespace=~"$namespace",function=~"$function"';
export const inNamespace = 'namespace=~"$namespace"';
const window = "$__rate_interval";

export const rate = (metric: string, selector = chosen) => `rate(${metric}{${selector}}[${window}])`;
/** Whatever the scrape jobs are called: processes are ours that show a gauge of ours. */
export const ofOurs = "and on (instance) (kambda_links or kambda_operator_leading)";
export const byFunction = "namespace, function";
export const byVersion = `${byFunction}, version`;

export function quantile(of: number, metric: string, by: string): Query {
  return {
    promql: `histogram_quantile(${of}, sum by (${by}, le) (${rate(`${metric}_bucket`)}))`,
    legend: `p${of * 100} ${by
      .split(", ")
      .map((label) => `{{${label}}}`)
      .join(" ")}`,
  };
}
