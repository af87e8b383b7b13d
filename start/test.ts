/**
 * `npm test`: the gate that every change passes. First what needs no cluster, then the same kind of cluster `npm start` makes,
 * under a name of its own, with everything installed on it as a user would.
 */
import { runCheck } from "./check.ts";
import { install } from "./install.ts";
import type { Options } from "./options.ts";
import { providerOf } from "./provider.ts";
import type { Report } from "./report.ts";
import { runSuite, type Suite, testInstallation } from "./suite.ts";
import { gate, imageSuite, usage, words } from "./suites.ts";
import { addTally, type Tally } from "./tally.ts";
import { runUnit } from "./unit.ts";
import { tellVerdict } from "./verdict.ts";

export async function test(options: Options, report: Report): Promise<number> {
  const { only } = options;
  if (only.includes("help")) {
    report.say(usage());
    return 0;
  }
  const unknown = only.find((word) => !words.some(({ name }) => name === word));
  if (unknown !== undefined) throw new Error(`npm test -- ${unknown}: there is no such word\n${usage()}`);
  const wanted = only.length === 0 ? gate : [...gate, imageSuite].filter(({ name }) => only.includes(name));
  const tallies: Tally[] = [];
  if (only.length === 0 || only.includes("check")) tallies.push(await runCheck(report));
  else if (only.includes("unit")) tallies.push(await runUnit(report));
  for (const suite of wanted.filter(({ cluster }) => !cluster))
    tallies.push(await runSuite(suite, {}, report));
  const onCluster = wanted.filter(({ cluster }) => cluster);
  if (onCluster.length > 0) tallies.push(...(await withCluster(options, onCluster, report)));
  return tellVerdict(addTally(...tallies), report);
}

async function withCluster(options: Options, wanted: readonly Suite[], report: Report): Promise<Tally[]> {
  const own = { ...options, name: options.name === "kambda" ? "gate" : options.name };
  const provider = providerOf(own);
  const tallies: Tally[] = [];
  try {
    const { env } = await install({ ...own, ...(await testInstallation()) }, report);
    for (const suite of wanted) tallies.push(await runSuite(suite, env, report));
  } finally {
    // KEEP=1 leaves the cluster for a look; `npm stop -- --name gate` removes it.
    if (process.env.KEEP !== "1") {
      await report.step("remove the test cluster", (detail) =>
        provider.down(own.name, ({ step }) => detail(step)),
      );
    }
  }
  return tallies;
}
