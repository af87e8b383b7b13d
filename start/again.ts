/**
 * A second look at what failed where real processes run: runtimes, a kubelet, NATS and dozens of pods share the machine with the
 * tests, and a bound that is generous at rest can be missed once; a defect is missed again. What passes then is told as
 * unsteady: it is a debt, not a secret. Unit tests and simulations get no second look.
 */
import type { Failure, Tally } from "./tally.ts";

/** `run` is given the files of what failed. A failure without a file (a runner that broke) stays one. */
export async function runAgain(first: Tally, run: (files: string[]) => Promise<Tally>): Promise<Tally> {
  const files = [...new Set(first.failures.flatMap(({ file }) => (file === undefined ? [] : [file])))];
  if (files.length === 0) return first;
  const second = await run(files);
  const stillFailing = new Set(second.failures.map(({ name }) => name));
  const isGone = (failure: Failure) => failure.file !== undefined && !stillFailing.has(failure.name);
  const unsteady = second.passed === 0 ? [] : first.failures.filter(isGone);
  const known = new Set(first.failures.map(({ name }) => name));
  // What passed at first and fails alone is a failure too.
  const failures = [
    ...first.failures.filter((one) => !unsteady.includes(one)),
    ...second.failures.filter(({ name }) => !known.has(name)),
  ];
  return { passed: first.passed + unsteady.length, failed: failures.length, failures, unsteady };
}
