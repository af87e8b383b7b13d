/** Which kept environments to make and which to let go, purely. A fixed point: with as many as are wanted, nothing is done. */
import { type Again, roundMs } from "../../kernel/queue/queue.ts";
import { decideProvision, type ProvisionQuestion } from "../concurrency/provision.ts";
import type { KeptPod } from "./pods.ts";

export interface ProvisionedObserved {
  nowMs: number;
  /** How many are asked for, and when a schedule changes it. */
  wanted: number;
  nextMs: number | undefined;
  pods: readonly KeptPod[];
  /** What they may be taken from. */
  budget: Omit<ProvisionQuestion, "wanted" | "there">;
}

export interface ProvisionedPlan {
  create: number;
  remove: KeptPod[];
  /** Why there will not be as many as are asked for. */
  problem: string | undefined;
  again: Again;
}

/** A node starts about two pods a second; the rest follow in the next round. */
export const createdMaxPerRound = 10;
const nextRoundMs = 1_000;
/** After a refusal; quota may have become free. */
export const refusedMs = 15_000;

/** One whose INIT failed keeps its place while it is kept for a look, so that broken code does not make pods without end. */
export function planProvisioned(observed: ProvisionedObserved): ProvisionedPlan {
  const { wanted, pods, budget } = observed;
  const { allowed, problem } = decideProvision({ ...budget, wanted, there: pods.length });
  const lacking = Math.max(0, allowed - pods.length);
  const surplus = Math.max(0, pods.length - allowed);
  const create = Math.min(lacking, createdMaxPerRound);
  return {
    create,
    remove: pods.toSorted(dispensable).slice(0, surplus),
    problem,
    again: problem === undefined ? againOf(observed, create) : { again: "after", ms: refusedMs },
  };
}

function againOf({ nowMs, wanted, nextMs, pods }: ProvisionedObserved, create: number): Again {
  if (pods.length + create < wanted) return { again: "after", ms: nextRoundMs };
  if (nextMs !== undefined) return { again: "after", ms: Math.min(roundMs, Math.max(1, nextMs - nowMs)) };
  return wanted === 0 ? { again: "never" } : { again: "round" };
}

const rank: Record<KeptPod["state"], number> = { failed: 0, starting: 1, available: 2 };

/** What serves least goes first; of the same, the younger. */
function dispensable(a: KeptPod, b: KeptPod): number {
  return rank[a.state] - rank[b.state] || b.createdMs - a.createdMs || (a.name < b.name ? -1 : 1);
}
