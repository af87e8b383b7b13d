/** Which of an alias's versions an invocation goes to (V2), purely. */

export interface Weighted {
  /** All of an alias add up to 1. */
  weight: number;
}

/** `chance` is in [0, 1), drawn anew for each invocation. */
export function draw<T extends Weighted>(shares: readonly T[], chance: number): T | undefined {
  let passed = 0;
  for (const share of shares) {
    passed += share.weight;
    if (chance < passed) return share;
  }
  // What rounding left over.
  return shares.findLast(({ weight }) => weight > 0);
}
