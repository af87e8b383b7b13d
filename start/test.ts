/**
 * `npm test`: the gate that every change passes. First what needs no cluster, then the same kind of cluster `npm start` makes,
 * under a name of its own, with everything installed on it as a user would.
 */
import { runCheck } from "./check.ts";
import { install } from "./install.ts";
import type { Options } from "./options.ts";
import { providerOf } from "./provider.ts";
import type { Report } from "./report.ts";
import { imageSuite, runSuite, type Suite, testInstallation } from "./suite.ts";
import { addTally, type Tally } from "./tally.ts";
import { tellVerdict } from "./verdict.ts";

/** Kinds of tests that run under Bun, in the order they are worth running: the cheapest evidence first. */
const suites: Suite[] = [
  {
    name: "conformance",
    folders: ["test/conformance"],
    ignore: ["**/conformance/images/**"],
    cluster: false,
    // Each environment has folders, ports and processes of its own; files wait for deadlines half their time.
    parallel: 3,
  },
  // Only one file puts the installed operator to rest, and none of the others needs it.
  { name: "integration", folders: ["test/integration"], ignore: [], cluster: true, parallel: 3 },
  // Files wait for pods most of the time, each in a namespace of its own; the chart's life is on a cluster of its own.
  {
    name: "e2e",
    folders: ["test/e2e"],
    ignore: ["**/alone/**"],
    cluster: true,
    parallel: 2,
  },
  // These take parts of the installation down, so nothing else may run beside them.
  { name: "alone", folders: ["test/e2e/alone"], ignore: [], cluster: true, parallel: 1 },
];

export async function test(options: Options, report: Report): Promise<number> {
  const known = ["check", ...[...suites, imageSuite].map(({ name }) => name)];
  const unknown = options.only.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new Error(`npm test -- ${unknown}: there are ${known.join(", ")}`);
  const wanted =
    options.only.length === 0
      ? suites
      : [...suites, imageSuite].filter(({ name }) => options.only.includes(name));
  const tallies: Tally[] = [];
  if (options.only.length === 0 || options.only.includes("check")) tallies.push(await runCheck(report));
  for (const suite of wanted.filter(({ cluster }) => !cluster))
    tallies.push(await runSuite(suite, {}, report));
  const onCluster = wanted.filter(({ cluster }) => cluster);
  if (onCluster.length > 0) tallies.push(...(await withCluster(options, onCluster, report)));
  return tellVerdict(addTally(...tallies), report);
}

async function withCluster(options: Options, wanted: readonly Suite[], report: Report): Promise<Tally[]> {
  const gate = { ...options, name: options.name === "kambda" ? "gate" : options.name };
  const provider = providerOf(gate);
  const tallies: Tally[] = [];
  try {
    const { env } = await install({ ...gate, ...(await testInstallation()) }, report);
    for (const suite of wanted) tallies.push(await runSuite(suite, env, report));
  } finally {
    // KEEP=1 leaves the cluster for a look; `npm stop -- --name gate` removes it.
    if (process.env.KEEP !== "1") {
      await report.step("remove the test cluster", (detail) =>
        provider.down(gate.name, ({ step }) => detail(step)),
      );
    }
  }
  return tallies;
}
