/** Which kept environments to make and which to let go, purely. A fixed point: with as many as are wanted, nothing is done. */
import type { KeptPod } from "./pods.ts";

/** A node starts about two pods a second; the rest follow in the next round. */
export const createdMaxPerRound = 10;

export interface ProvisionedPlan {
  create: number;
  remove: KeptPod[];
}

/** One whose INIT failed keeps its place while it is kept for a look, so that broken code does not make pods without end. */
export function planProvisioned(wanted: number, pods: readonly KeptPod[]): ProvisionedPlan {
  const lacking = Math.max(0, wanted - pods.length);
  const surplus = Math.max(0, pods.length - wanted);
  return {
    create: Math.min(lacking, createdMaxPerRound),
    remove: pods.toSorted(dispensable).slice(0, surplus),
  };
}

const rank: Record<KeptPod["state"], number> = { failed: 0, starting: 1, available: 2 };

/** What serves least goes first; of the same, the younger. */
function dispensable(a: KeptPod, b: KeptPod): number {
  return rank[a.state] - rank[b.state] || b.createdMs - a.createdMs || (a.name < b.name ? -1 : 1);
}
