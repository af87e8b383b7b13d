/** Waits on a condition, within a bound. The one place of the cluster's code that touches a timer. */
import { setTimeout as pass } from "node:timers/promises";
import { ClusterError } from "../provider.ts";

const millisecondsBetweenMin = 20;
const millisecondsBetweenMax = 250;

/** Resolves to the first value that is not undefined; `describe` ends the sentence "waited N s for …". */
export async function until<T>(
  describe: string | (() => string),
  timeoutSeconds: number,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (let between = millisecondsBetweenMin; ; between = Math.min(between * 1.5, millisecondsBetweenMax)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      const what = typeof describe === "string" ? describe : describe();
      throw new ClusterError(`waited ${timeoutSeconds} s in vain for ${what}`);
    }
    await pass(between);
  }
}
