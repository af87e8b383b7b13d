/** Counts of a test run, read from the JUnit report that every runner of ours can write. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finished } from "./command.ts";
import { stateFolder } from "./paths.ts";

export interface Tally {
  passed: number;
  failed: number;
  /** Names of the tests that failed, and the end of what their runner printed. */
  failures: string[];
}

export function addTally(...tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, one) => sum + one.passed, 0),
    failed: tallies.reduce((sum, one) => sum + one.failed, 0),
    failures: tallies.flatMap((one) => one.failures),
  };
}

const shownOnFailure = 12_000;

/** Runs `run` with a place for its report; a runner that fails without naming a failed test counts as one failure. */
export async function tallyOf(name: string, run: (outputFile: string) => Promise<Finished>): Promise<Tally> {
  const folder = join(stateFolder, "reports");
  await mkdir(folder, { recursive: true });
  const outputFile = join(folder, `${name}.xml`);
  const finished = await run(outputFile);
  const tally = parse(
    await readFile(outputFile, "utf8").catch((cause) => {
      throw new Error(`${name} wrote no report:\n${finished.stderr.slice(-shownOnFailure)}`, { cause });
    }),
  );
  if (finished.code === 0) return tally;
  const said = `${finished.stdout}\n${finished.stderr}`.slice(-shownOnFailure);
  return { passed: tally.passed, failed: Math.max(tally.failed, 1), failures: [...tally.failures, said] };
}

/** Reads a JUnit report: `<testcase name="…" classname="…">`, a failed one holds `<failure>` or `<error>`. */
export function parse(xml: string): Tally {
  const tally: Tally = { passed: 0, failed: 0, failures: [] };
  for (const match of xml.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = /\bname="([^"]*)"/.exec(match[1] as string)?.[1] ?? "?";
    if (/<(failure|error)\b/.test(match[3] ?? "")) {
      tally.failed++;
      tally.failures.push(name);
    } else if (!/<skipped\b/.test(match[3] ?? "")) {
      tally.passed++;
    }
  }
  return tally;
}
