/** The last lines of a test run: what failed and why, last, where a person and a log's tail look first. */
import type { Report } from "./report.ts";
import type { Failure, Tally } from "./tally.ts";

/** Exit code of the run. */
export function tellVerdict({ passed, failed, failures, unsteady }: Tally, report: Report): number {
  const tell = (word: string, { name, said }: Failure) =>
    report.say(`\n${word}: ${name}\n${said.replace(/^/gm, "    ")}`);
  for (const one of unsteady) tell("unsteady (failed once, passed when run again)", one);
  for (const one of failures) tell("failed", one);
  const shaky = unsteady.length === 0 ? "" : `, ${unsteady.length} unsteady`;
  report.say(`\n${passed} passed, ${failed} failed${shaky}`);
  return failed === 0 ? 0 : 1;
}
