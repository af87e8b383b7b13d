/** Unit and simulation tests, under vitest on Node: the last part of `npm run check`, and `npm test -- unit` by itself. */
import { run } from "../program/run.ts";
import { runAgain } from "./again.ts";
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

/** Node.js packs, hashes and makes keys in threads that all files of tests share: one file's must not wait for another's. */
const sharedThreads = { UV_THREADPOOL_SIZE: "16" };

const all: UnitOptions = { title: "unit and simulation tests (vitest)", name: "vitest", paths: [], env: {} };

/** Counts what passed and failed; files in which something failed run once more, and all of them when that was in none. */
export async function runUnit(report: Report, options: UnitOptions = all): Promise<Tally> {
  const first = await runOnce(report, options);
  return await runAgain(first, (again) =>
    runOnce(report, {
      ...options,
      title: again === "all" ? `${options.title}, all again` : "unit tests that failed, again",
      name: `${options.name}-again`,
      paths: again === "all" ? options.paths : again,
    }),
  );
}

async function runOnce(report: Report, { title, name, paths, env }: UnitOptions): Promise<Tally> {
  const words = ["node_modules/vitest/vitest.mjs", "run", ...paths];
  return await report.step(title, (detail) =>
    tallyOf(name, (outputFile) =>
      run(node, [...words, "--reporter=default", "--reporter=junit", `--outputFile.junit=${outputFile}`], {
        cwd: root,
        env: { ...sharedThreads, ...env },
        onLine: detail,
        allowed: "any",
      }),
    ),
  );
}
