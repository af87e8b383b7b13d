/** Chance from a seed, the same on every machine. */

export interface Chance {
  /** 0 ≤ n < bound, whole. */
  upTo(bound: number): number;
  /** True in so many of a hundred cases. */
  percent(share: number): boolean;
  pick<T>(list: readonly T[]): T | undefined;
  /** In proportion to the weights, which are whole. */
  weighted<T>(list: readonly (readonly [weight: number, T])[]): T;
}

/** mulberry32. */
export function createChance(seed: number): Chance {
  let a = Math.imul(seed, 0x9e3779b9);
  const fraction = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const upTo = (bound: number) => Math.floor(fraction() * bound);
  return {
    upTo,
    percent: (share) => upTo(100) < share,
    pick: (list) => list[upTo(list.length)],
    weighted(list) {
      let left = upTo(list.reduce((sum, [weight]) => sum + weight, 0));
      for (const [weight, one] of list) {
        if (left < weight) return one;
        left -= weight;
      }
      throw new Error("weights do not add up");
    },
  };
}
