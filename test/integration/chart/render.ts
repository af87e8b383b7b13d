/** The chart through the real helm, without an installation. */
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { checkout } from "../../support/installation.ts";
import { type KubeObject, run } from "../../support/kubectl.ts";

export const chart = join(checkout, "charts/kambda");

function words(values: readonly string[], namespace: string): string[] {
  // Hooks stand on objects that exist for their time only, which a dry run never makes.
  return [
    "template",
    "--no-hooks",
    "kambda",
    chart,
    "-n",
    namespace,
    ...values.flatMap((value) => ["--set", value]),
  ];
}

export async function render(values: readonly string[], namespace = "kambda-system"): Promise<string> {
  return (await run("helm", words(values, namespace))).stdout;
}

export async function rendered(values: readonly string[], namespace?: string): Promise<KubeObject[]> {
  return parseAllDocuments(await render(values, namespace))
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object) => object !== null);
}

/** What helm complains of with what the cluster has in that namespace in view; that others own the chart's cluster-wide objects is one. */
export async function complaints(values: readonly string[], namespace: string): Promise<string> {
  const live = [...words(values, namespace), "--dry-run=server"];
  return (await run("helm", live, { allowed: [0, 1] })).stderr;
}

/** What helm says; rejects when it takes the values. */
export async function refusedValues(values: readonly string[]): Promise<string> {
  const { code, stderr } = await run("helm", words(values, "kambda-system"), { allowed: [0, 1] });
  if (code === 0) throw new Error(`helm was expected to refuse ${values.join(" ")}`);
  return stderr;
}
