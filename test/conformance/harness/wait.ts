/** Waits on a condition, with a bound; never for a time. Looks at every turn of the event loop at first, then now and then. */

const pollMs = 5;
const eagerMs = 20;

export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  msMax = 15_000,
  /** Between two looks, from the first on: for what must stand still, and not merely be. */
  everyMs?: number,
): Promise<T> {
  const startMs = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    const waitedMs = Date.now() - startMs;
    if (waitedMs > msMax) throw new Error(`waited ${msMax} ms in vain for ${what}`);
    await new Promise((resolve) =>
      everyMs === undefined && waitedMs < eagerMs
        ? setImmediate(resolve)
        : setTimeout(resolve, everyMs ?? pollMs),
    );
  }
}
