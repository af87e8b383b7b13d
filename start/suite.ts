/** Runs one kind of tests under Bun, and says what tests need of the installation they run against. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../program/run.ts";
import { runAgain } from "./again.ts";
import { bun, root } from "./paths.ts";
import type { Report } from "./report.ts";
import { type Tally, tallyOf } from "./tally.ts";

export interface Suite {
  name: string;
  folders: string[];
  /** Glob patterns of files that another suite runs. */
  ignore: string[];
  cluster: boolean;
  /** How many files run at a time. */
  parallel: number;
}

const testMsMax = 180_000;

/** What a test prints so is kept when all else that passed is not: figures, for who asked for a proof. */
const measured = "measured: ";

export async function runSuite(suite: Suite, env: Record<string, string>, report: Report): Promise<Tally> {
  const figures = new Set<string>();
  const tally = (title: string, name: string, parallel: number, words: string[]) =>
    report.step(title, (detail) =>
      tallyOf(name, (outputFile) =>
        run(
          bun,
          [
            "test",
            `--timeout=${testMsMax}`,
            ...(parallel > 1 ? [`--parallel=${parallel}`] : []),
            "--reporter=junit",
            `--reporter-outfile=${outputFile}`,
            ...words,
          ],
          {
            cwd: root,
            env,
            onLine(line) {
              detail(line);
              if (line.startsWith(measured)) figures.add(line);
            },
            allowed: "any",
          },
        ),
      ),
    );
  const all = [
    ...suite.ignore.map((pattern) => `--path-ignore-patterns=${pattern}`),
    ...suite.folders.map((folder) => `./${folder}`),
  ];
  const first = await tally(`${suite.name} tests`, suite.name, suite.parallel, all);
  const last = await runAgain(first, (again) => {
    const name = `${suite.name}-again`;
    return again === "all"
      ? tally(`${suite.name} tests, all again`, name, suite.parallel, all)
      : tally(
          `${suite.name} tests that failed, again`,
          name,
          1,
          again.map((file) => `./${file}`),
        );
  });
  for (const line of figures) report.say(`   ${line}`);
  return last;
}

/** Their own images, and values under which they need not wait minutes. */
export async function testInstallation(): Promise<{ values: Record<string, unknown>; testImages: string[] }> {
  const values = JSON.parse(await readFile(join(root, "test/e2e/values.json"), "utf8")) as Record<
    string,
    unknown
  >;
  const images = JSON.parse(await readFile(join(root, "test/e2e/images.json"), "utf8")) as {
    testImages: string[];
  };
  return { values, testImages: images.testImages };
}
