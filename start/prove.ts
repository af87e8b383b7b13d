/**
 * `npm run prove`: what takes too long for every change. Simulations over many seeds, every runtime in its
 * image, then the cluster: five hundred functions in rounds, twenty minutes of load, every runtime client, a drained node, and the
 * tests that take the installation apart, several times over.
 */
import { install } from "./install.ts";
import type { Options } from "./options.ts";
import type { Report } from "./report.ts";
import { chooseRuntimes } from "./runtimes.ts";
import { runSuite, testInstallation } from "./suite.ts";
import { imageSuite } from "./suites.ts";
import { addTally } from "./tally.ts";
import { runUnit } from "./unit.ts";
import { tellVerdict } from "./verdict.ts";

const seeds = 2_000;
const disruptionRounds = 3;

export async function prove(options: Options, report: Report): Promise<number> {
  const simulated = await runUnit(report, {
    title: `simulate ${seeds} seeds`,
    name: "prove-sim",
    filter: "sim",
    env: { KAMBDA_SEEDS: String(seeds) },
  });
  const images = await runSuite(imageSuite, {}, report);
  const { env } = await install(
    {
      ...options,
      provider: withNodes(options.provider),
      runtimes: chooseRuntimes("all"),
      ...(await testInstallation()),
    },
    report,
  );
  const tallies = [
    simulated,
    images,
    await runSuite(
      { name: "prove", folders: ["test/prove"], ignore: [], cluster: true, parallel: 1 },
      env,
      report,
    ),
  ];
  for (let round = 1; round <= disruptionRounds; round++) {
    tallies.push(
      await runSuite(
        { name: `disruption-${round}`, folders: ["test/e2e/alone"], ignore: [], cluster: true, parallel: 1 },
        env,
        report,
      ),
    );
  }
  return tellVerdict(addTally(...tallies), report);
}

/** One node is drained while the other serves. */
const nodesMin = 2;

function withNodes(provider: Options["provider"]): Options["provider"] {
  return provider.kind === "embedded" ? { ...provider, nodes: Math.max(provider.nodes, nodesMin) } : provider;
}
