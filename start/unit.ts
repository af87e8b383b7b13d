/** Unit and simulation tests, under vitest on Node: the last part of `npm run check`, and `npm test -- unit` by itself. */
import { run } from "../program/run.ts";
import { node, root } from "./paths.ts";
import type { Report } from "./report.ts";
import { type Tally, tallyOf } from "./tally.ts";

interface UnitOptions {
  title: string;
  /** Names its report. */
  name: string;
  /** Only files whose path has one of these in it; empty: all. */
  paths: string[];
  env: Record<string, string>;
}

const all: UnitOptions = { title: "unit and simulation tests (vitest)", name: "vitest", paths: [], env: {} };

/** Counts what passed and failed; throws only when the runner itself could not run. */
export async function runUnit(
  report: Report,
  { title, name, paths, env }: UnitOptions = all,
): Promise<Tally> {
  const words = ["node_modules/vitest/vitest.mjs", "run", ...paths];
  return await report.step(title, (detail) =>
    tallyOf(name, (outputFile) =>
      run(node, [...words, "--reporter=default", "--reporter=junit", `--outputFile.junit=${outputFile}`], {
        cwd: root,
        env,
        onLine: detail,
        allowed: [0, 1],
      }),
    ),
  );
}
