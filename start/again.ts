/**
 * A second look at what failed. Runtimes, a kubelet, NATS, dozens of pods and other tests share the machine with a test, and a bound
 * that is generous at rest can be missed once; a defect is missed again. What passes then is told as unsteady: it is a debt, not
 * a secret.
 */
import type { Failure, Tally } from "./tally.ts";

/** The files to run again, or all of them: a failure without a file (a runner that broke) may have been in any. */
export type Again = string[] | "all";

/** What named no test counts as unsteady only if everything passes the second time. */
export async function runAgain(first: Tally, run: (again: Again) => Promise<Tally>): Promise<Tally> {
  if (first.failures.length === 0) return first;
  const again = filesOf(first.failures);
  const second = await run(again);
  const stillFailing = new Set(second.failures.map(({ name }) => name));
  const isGone = ({ file, name }: Failure) =>
    file === undefined ? second.failed === 0 : !stillFailing.has(name);
  const unsteady = second.passed === 0 ? [] : first.failures.filter(isGone);
  const known = new Set(first.failures.map(({ name }) => name));
  // What passed at first and fails alone is a failure too.
  const failures = [
    ...first.failures.filter((one) => !unsteady.includes(one)),
    ...second.failures.filter(({ name }) => !known.has(name)),
  ];
  const passed = again === "all" ? second.passed : first.passed + unsteady.length;
  return { passed, failed: failures.length, failures, unsteady };
}

function filesOf(failures: readonly Failure[]): Again {
  const files = new Set<string>();
  for (const { file } of failures) {
    if (file === undefined) return "all";
    files.add(file);
  }
  return [...files];
}
