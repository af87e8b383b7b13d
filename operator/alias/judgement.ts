/** Whether the new version of a rollout is good enough to go on, purely, by what the gateways counted of it. */
import type { AliasSpec, AliasStatus } from "../../crds/alias/schema.ts";

type Policy = NonNullable<AliasSpec["rollout"]>;
type Traffic = NonNullable<AliasStatus["traffic"]>;

export type Verdict = { kind: "good" | "bad"; message: string };

/** A request that was throttled, or found no environment, did not run, and its caller did not get what it asked for: it counts as failed. */
export function verdictOf(
  { rollback }: Policy,
  { startTime, toVersion }: { startTime: string; toVersion: string },
  traffic: Traffic,
): Verdict {
  // What was counted for an earlier rollout says nothing of this one.
  const counted = traffic.filter((one) => one.startTime === startTime);
  const sum = (count: (one: Traffic[number]) => number) =>
    counted.reduce((total, one) => total + count(one), 0);
  const throttles = sum((one) => one.throttles);
  const errors = sum((one) => one.errors);
  const unstarted = sum((one) => one.unstarted ?? 0);
  const requests = sum((one) => one.invocations) + throttles + unstarted;
  const startless = unstarted === 0 ? "" : `, and started no environment for ${unstarted},`;
  const message = `Version ${toVersion} failed ${errors} and throttled ${throttles}${startless} of ${requests} requests.`;
  if (rollback === undefined || requests < rollback.invocationsMin) return { kind: "good", message };
  const isBad = (errors + throttles + unstarted) * 100 > rollback.errorPercent * requests;
  return { kind: isBad ? "bad" : "good", message };
}

/** Canary: one step, then all. Linear: equal steps until all. */
export function nextPercent({ type, stepPercent }: Policy, percent: number): number {
  return type === "Canary" ? 100 : Math.min(100, percent + stepPercent);
}
