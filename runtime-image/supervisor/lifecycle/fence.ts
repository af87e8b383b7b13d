/** Refuses what an older placer sends: an environment obeys only the highest epoch it has seen (DESIGN.md, "Why limits hold"). */

export interface Fence {
  /** Whether a message of this epoch may act; a higher one raises the fence. */
  admit(epoch: number): boolean;
  highest(): number;
}

export function createFence(): Fence {
  let highest = 0;
  return {
    highest: () => highest,
    admit(epoch) {
      if (epoch < highest) return false;
      highest = epoch;
      return true;
    },
  };
}
