/** Waiting on a condition, with a bound: the only way a test waits. */

/** Between two looks at the world. */
const pauseMs = 100;

/**
 * Asks `condition` until it gives something other than undefined or false, and returns that. What it throws counts as
 * "not yet" and is shown when the bound is over. `what` completes the sentence "waited N s for …".
 */
export async function until<T>(
  what: string,
  boundSeconds: number,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + boundSeconds * 1000;
  let last: unknown = "it was never true";
  while (true) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${boundSeconds} s for ${what}`, { cause: last });
    }
    await pause(pauseMs);
  }
}

/** For tests whose subject is time itself: a body that trickles, a client that stays silent. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
