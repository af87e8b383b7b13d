/**
 * Progressive delivery, purely: from one version to the next in steps, back when too much fails. The state is in the alias's
 * status, so that any operator goes on where another stopped; the spec is a person's, and is never written.
 */
import type { AliasStatus } from "../../crds/alias/schema.ts";
import { nextPercent, verdictOf } from "./judgement.ts";
import type { AliasObserved } from "./observed.ts";
import { type Route, unequal, type Wanted } from "./route.ts";

export type Rollout = NonNullable<AliasStatus["rollout"]>;

export type Routed =
  | {
      kind: "routed";
      /** What the spec asks for. */
      target: string;
      functionVersion: string;
      routes: Route[];
      rollout: Rollout | undefined;
      /** When the next step is. */
      dueAtMs?: number;
    }
  | Extract<Wanted, { kind: "problem" }>;

/** What the alias does now on its way to what its spec wants. */
export function roll(observed: AliasObserved, wanted: Wanted): Routed {
  if (wanted.kind === "problem") return wanted;
  const { spec, status } = observed.alias;
  const { functionVersion: target, routes } = wanted;
  const stable = status.functionVersion;
  const before = status.rollout;
  const atOnce = { kind: "routed", target, functionVersion: target, routes } as const;
  const from = stable === undefined ? undefined : observed.revisions.get(stable);
  const to = observed.revisions.get(target);
  if (spec.rollout === undefined || stable === undefined || from === undefined || to === undefined)
    return { ...atOnce, rollout: undefined };
  if (target === stable)
    return { ...atOnce, rollout: before === undefined ? undefined : abandoned(before, target) };

  const share = (percent: number): Route[] => {
    const weight = percent / 100;
    const old = { functionVersion: stable, revision: from.metadata.name, weight: 1 - weight };
    const young = { functionVersion: target, revision: to.metadata.name, weight };
    return [old, young].filter((route) => route.weight > 0);
  };
  const going = (rollout: Rollout): Routed => {
    const stepMs = Date.parse(rollout.lastStepTime ?? "") || observed.nowMs;
    const dueAtMs = stepMs + (spec.rollout?.interval ?? 0) * 1000;
    return {
      kind: "routed",
      target,
      functionVersion: stable,
      routes: share(rollout.percent),
      rollout,
      dueAtMs,
    };
  };
  const now = new Date(observed.nowMs).toISOString();
  const isSame = before?.fromVersion === stable && before.toVersion === target;
  if (isSame && before.phase === "RolledBack")
    return { kind: "routed", target, functionVersion: stable, routes: share(0), rollout: before };
  if (isSame && before.phase === "Progressing") {
    const verdict = verdictOf(spec.rollout, before, status.traffic ?? []);
    if (verdict.kind === "bad") {
      const rollout: Rollout = { ...before, phase: "RolledBack", percent: 0, message: verdict.message };
      return { kind: "routed", target, functionVersion: stable, routes: share(0), rollout };
    }
    const held = going(before);
    if (held.kind === "routed" && observed.nowMs < (held.dueAtMs ?? 0)) return held;
    const percent = nextPercent(spec.rollout, before.percent);
    const rollout: Rollout = { ...before, percent, message: verdict.message, lastStepTime: now };
    return percent < 100 ? going(rollout) : { ...atOnce, rollout: { ...rollout, phase: "Completed" } };
  }
  const problem = unequal(from, to);
  if (problem !== undefined) return { kind: "problem", problem };
  return going({
    phase: "Progressing",
    fromVersion: stable,
    toVersion: target,
    percent: spec.rollout.stepPercent,
    startTime: now,
    lastStepTime: now,
  });
}

/** The spec went back to where the rollout came from: nothing is left to roll out. */
function abandoned(before: Rollout, stable: string): Rollout {
  if (before.phase !== "Progressing") return before;
  const message = `The spec names version ${stable} again.`;
  return { ...before, phase: "RolledBack", percent: 0, message };
}
