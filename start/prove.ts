/**
 * `npm run prove`: what takes too long for every change. Simulations over many seeds, the properties over worlds not seen before, every
 * runtime in its image, then the cluster: five hundred functions in rounds, twenty minutes of load, every managed runtime and runtime
 * client, a drained node, and the tests that take the installation apart, several times over.
 */
import { randomInt } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeClients } from "../test/support/clients.ts";
import { install } from "./install.ts";
import type { Options } from "./options.ts";
import { root } from "./paths.ts";
import type { Report } from "./report.ts";
import { chooseRuntimes } from "./runtimes.ts";
import { runSuite, type Suite, testInstallation } from "./suite.ts";
import { imageSuite } from "./suites.ts";
import { addTally, type Tally } from "./tally.ts";
import { runUnit } from "./unit.ts";
import { tellVerdict } from "./verdict.ts";

const seeds = 2_000;
const disruptionRounds = 3;
const propertyRuns = 2_000;
const propertySeedsMax = 2 ** 31;

export async function prove(options: Options, report: Report): Promise<number> {
  const simulated = await runUnit(report, {
    title: `simulate ${seeds} seeds`,
    name: "prove-sim",
    paths: ["sim"],
    env: { KAMBDA_SEEDS: String(seeds) },
  });
  const properties = await proveProperties(report);
  const images = await runSuite(imageSuite, {}, report);
  const { values, testImages } = await testInstallation();
  const { env } = await install(
    {
      ...options,
      provider: withNodes(options.provider),
      runtimes: chooseRuntimes("all"),
      values,
      testImages: [...testImages, ...runtimeClients.map(({ image }) => image)],
    },
    report,
  );
  const tallies = [
    simulated,
    properties,
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

/** The property that needs a real supervisor, and draws as many worlds in `npm test`. */
const hostileSuite: Suite = {
  name: "hostile",
  folders: ["test/conformance/hostile.conformance.test.ts"],
  ignore: [],
  cluster: false,
  parallel: 1,
};

/** The worlds of `npm test` are the same each time; these are not, so their seed is said. */
async function proveProperties(report: Report): Promise<Tally> {
  const seed = String(randomInt(propertySeedsMax));
  const files = globSync("{crds,kernel,operator,gateway,runtime-image,start}/**/*.test.ts", {
    cwd: root,
    exclude: (name) => name.includes("node_modules"),
  });
  const env = { KAMBDA_FC_SEED: seed };
  const units = await runUnit(report, {
    title: `properties, ${propertyRuns} worlds each, KAMBDA_FC_SEED=${seed}`,
    name: "prove-properties",
    paths: files.filter((file) => readFileSync(join(root, file), "utf8").includes("support/properties.ts")),
    env: { ...env, KAMBDA_FC_RUNS: String(propertyRuns) },
  });
  return addTally(units, await runSuite(hostileSuite, env, report));
}

/** One node is drained while the other serves. */
const nodesMin = 2;

function withNodes(provider: Options["provider"]): Options["provider"] {
  return provider.kind === "embedded" ? { ...provider, nodes: Math.max(provider.nodes, nodesMin) } : provider;
}
