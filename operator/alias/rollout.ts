/**
 * Progressive delivery, purely: from one version to the next in steps, back when too much fails. The state is in the alias's
 * status, so that any operator goes on where another stopped; the spec is a person's, and is never written.
 */
import type { AliasStatus } from "../../crds/alias/schema.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
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

/**
 * What the alias does now on its way to what its spec wants. A spec that goes back forgets the rollout: were it remembered as taken
 * back, the same version could never be rolled out again.
 */
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
  if (target === stable) return { ...atOnce, rollout: before?.phase === "Completed" ? before : undefined };

  const way: Way = { stable, target, from, to, interval: spec.rollout.interval };
  const now = new Date(observed.nowMs).toISOString();
  const isSame = before?.fromVersion === stable && before.toVersion === target;
  if (isSame && before.phase === "RolledBack") return back(way, before);
  if (isSame && before.phase === "Progressing") {
    const verdict = verdictOf(spec.rollout, before, status.traffic ?? []);
    if (verdict.kind === "bad")
      return back(way, { ...before, phase: "RolledBack", percent: 0, message: verdict.message });
    const held = going(way, before, observed.nowMs);
    if (observed.nowMs < held.dueAtMs) return held;
    const percent = nextPercent(spec.rollout, before.percent);
    const rollout: Rollout = { ...before, percent, message: verdict.message, lastStepTime: now };
    if (percent < 100) return going(way, rollout, observed.nowMs);
    return { ...atOnce, rollout: { ...rollout, phase: "Completed" } };
  }
  const problem = unequal(from, to);
  if (problem !== undefined) return { kind: "problem", problem };
  const percent = spec.rollout.stepPercent;
  const times = { startTime: now, lastStepTime: now };
  const begun: Rollout = { phase: "Progressing", fromVersion: stable, toVersion: target, percent, ...times };
  return going(way, begun, observed.nowMs);
}

/** From one version to the next. */
interface Way {
  stable: string;
  target: string;
  from: RevisionObject;
  to: RevisionObject;
  /** Seconds between two steps. */
  interval: number;
}

/** Both serve, the next one as much as the rollout has come to. */
function going(way: Way, rollout: Rollout, nowMs: number) {
  const { target, stable } = way;
  const stepMs = Date.parse(rollout.lastStepTime ?? "") || nowMs;
  const dueAtMs = stepMs + way.interval * 1000;
  const routes = share(way, rollout.percent);
  return { kind: "routed", target, functionVersion: stable, routes, rollout, dueAtMs } as const;
}

/** The version it came from serves alone. */
function back(way: Way, rollout: Rollout): Routed {
  const { target, stable } = way;
  return { kind: "routed", target, functionVersion: stable, routes: share(way, 0), rollout };
}

function share({ stable, target, from, to }: Way, percent: number): Route[] {
  const weight = percent / 100;
  const old = { functionVersion: stable, revision: from.metadata.name, weight: 1 - weight };
  const young = { functionVersion: target, revision: to.metadata.name, weight };
  return [old, young].filter((route) => route.weight > 0);
}
