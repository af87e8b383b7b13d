/** Counts of a test run, read from the JUnit report that every runner of ours can write. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Finished } from "../program/run.ts";
import { stateFolder } from "./paths.ts";

export interface Failure {
  /** As a person looks for it: the file and the test's title. */
  name: string;
  /** Which file it was in; a failure of the runner itself was in none. */
  file?: string;
  /** What was expected and what came. */
  said: string;
}

export interface Tally {
  passed: number;
  /** Tests that failed, or 1 where a runner failed without naming one. */
  failed: number;
  failures: Failure[];
  /** Tests that failed beside others and passed when their file was run again by itself: told, and not held against a change. */
  unsteady: Failure[];
}

export function addTally(...tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, one) => sum + one.passed, 0),
    failed: tallies.reduce((sum, one) => sum + one.failed, 0),
    failures: tallies.flatMap((one) => one.failures),
    unsteady: tallies.flatMap((one) => one.unsteady),
  };
}

const runnerBytesShown = 12_000;
const failureBytesShown = 4_000;

/** Runs `run` with a place for its report; a runner that fails without naming a failed test counts as one failure. */
export async function tallyOf(name: string, run: (outputFile: string) => Promise<Finished>): Promise<Tally> {
  const folder = join(stateFolder, "reports");
  await mkdir(folder, { recursive: true });
  const outputFile = join(folder, `${name}.xml`);
  // The report of a run before, taken for this one's, would hide that a runner broke.
  await rm(outputFile, { force: true });
  const finished = await run(outputFile);
  const tally = existsSync(outputFile) ? parse(await readFile(outputFile, "utf8")) : undefined;
  if (tally !== undefined && (finished.code === 0 || tally.failed > 0)) return tally;
  const ended = `${name}: the runner ended with ${finished.code}`;
  const failure = {
    name: tally === undefined ? `${ended} and wrote no report` : `${ended} and named no failed test`,
    said: `${finished.stdout}\n${finished.stderr}`.slice(-runnerBytesShown),
  };
  return { passed: tally?.passed ?? 0, failed: 1, failures: [failure], unsteady: [] };
}

/** Reads a JUnit report: `<testcase name="…" classname="…">`, a failed one holds `<failure>` or `<error>`. */
export function parse(xml: string): Tally {
  const tally: Tally = { passed: 0, failed: 0, failures: [], unsteady: [] };
  for (const [, attributes = "", , inside = ""] of xml.matchAll(
    /<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const attribute = (wanted: string) => plain(new RegExp(`\\b${wanted}="([^"]*)"`).exec(attributes)?.[1]);
    const failure = /<(failure|error)\b([^>]*?)(\/>|>([\s\S]*?)<\/\1>)/.exec(inside);
    if (failure !== null) {
      const [, , words = "", , text = ""] = failure;
      // Bun says it in a word of its own, vitest as the class.
      const group = attribute("classname");
      const file = attribute("file") || (group.endsWith(".test.ts") ? group : "");
      const said = plain(text.trim() === "" ? /\bmessage="([^"]*)"/.exec(words)?.[1] : text);
      const path = [...new Set([file, group, attribute("name")])].filter((part) => part !== "");
      tally.failed++;
      tally.failures.push({
        name: path.join(" > "),
        ...(file === "" ? {} : { file }),
        said: said.trim().slice(0, failureBytesShown),
      });
    } else if (!/<skipped\b/.test(inside)) {
      tally.passed++;
    }
  }
  return tally;
}

/** The text that was written in XML. */
function plain(written = ""): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&", "#10": "\n" };
  return written
    .replace(/^<!\[CDATA\[([\s\S]*)\]\]>$/, "$1")
    .replace(/&(lt|gt|quot|apos|amp|#10);/g, (_, name: string) => entities[name] as string);
}
