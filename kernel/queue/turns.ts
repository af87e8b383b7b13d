/** At most so many at once of something heavy; the rest wait in the order they came. */

export interface Turns {
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** Those who wait are bounded by who may ask: the workers of a queue. */
export function createTurns(max: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    async take(work) {
      if (taken < max) taken++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        // The turn is handed on as it is, so that nobody comes in between.
        const next = waiting.shift();
        if (next === undefined) taken--;
        else next();
      }
    },
  };
}
