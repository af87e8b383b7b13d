/** `npm run check`: everything that can be said of the code without running the product, a few seconds to a minute. */
import { run } from "../program/run.ts";
import { bun, node, root } from "./paths.ts";
import type { Report } from "./report.ts";
import type { Tally } from "./tally.ts";
import { runUnit } from "./unit.ts";
import { tellVerdict } from "./verdict.ts";

interface Gate {
  title: string;
  program: string;
  words: string[];
  env?: Record<string, string>;
}

const gates: Gate[] = [
  {
    title: "format and lint (Biome)",
    program: "node_modules/.bin/biome",
    words: ["ci", "--colors=off", "--diagnostic-level=warn", "--error-on-warnings", "."],
  },
  { title: "types (TypeScript)", program: node, words: ["node_modules/typescript/bin/tsc", "--noEmit"] },
  {
    title: "no unused file, export or dependency (knip)",
    program: node,
    words: ["node_modules/knip/bin/knip.js"],
  },
  { title: "generated CRDs are up to date", program: bun, words: ["crds/generate/main.ts", "--check"] },
  { title: "the chart's copies are up to date", program: bun, words: ["charts/generate/main.ts", "--check"] },
  {
    title: "the embedded cluster's own enforcer and volumes (go test)",
    program: "go",
    // Flags as in the build, so that its cache serves here too.
    words: ["test", "-C", "cluster/host", "-trimpath", "./netpol", "./volumes"],
    env: { CGO_ENABLED: "0" },
  },
];

/** Exit code; prints the unit tests' own summary. */
export async function check(report: Report): Promise<number> {
  return tellVerdict(await runCheck(report), report);
}

/** Throws at the first gate that does not hold; unit and simulation tests are counted. */
export async function runCheck(report: Report): Promise<Tally> {
  for (const { title, program, words, env } of gates) {
    await report.step(title, () => run(program, words, { cwd: root, ...(env === undefined ? {} : { env }) }));
  }
  return await runUnit(report);
}
