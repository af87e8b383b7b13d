/**
 * What was learned of a Function's code in this process and is not yet in the world: fetched but not in a Revision, or refused.
 * Losing it costs one more fetch. It also says which stored objects are spoken for although no Revision names them yet.
 */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { Code } from "./observed.ts";
import type { Problem } from "./problem.ts";

export type Outcome = { outcome: "known"; code: Code } | { outcome: "refused"; problem: Problem };

export interface CodeMemory {
  recall(key: string, sourceHash: string): Outcome | undefined;
  remember(key: string, sourceHash: string, outcome: Outcome): void;
  forget(key: string): void;
  /** Marks objects as being written for this key, until it is forgotten. */
  hold(key: string, objectName: string): void;
  held(): ReadonlySet<string>;
}

/** A refusal that may pass is tried again after this; another only on the ordinary round. */
export const passingRefusalMs = 12_000;
export const refusalMs = 540_000;

export function createCodeMemory({ clock }: ClockDep): CodeMemory {
  const outcomes = new Map<string, { sourceHash: string; outcome: Outcome; untilMs: number }>();
  const holds = new Map<string, Set<string>>();
  return {
    recall(key, sourceHash) {
      const known = outcomes.get(key);
      if (known?.sourceHash !== sourceHash || known.untilMs < clock.monotonicMs()) return undefined;
      return known.outcome;
    },
    remember(key, sourceHash, outcome) {
      const lastsMs =
        outcome.outcome === "known" ? Infinity : outcome.problem.passing ? passingRefusalMs : refusalMs;
      // What a refused archive left in the store is nobody's.
      if (outcome.outcome === "refused") holds.delete(key);
      outcomes.set(key, { sourceHash, outcome, untilMs: clock.monotonicMs() + lastsMs });
    },
    forget(key) {
      outcomes.delete(key);
      holds.delete(key);
    },
    hold(key, objectName) {
      const held = holds.get(key) ?? new Set();
      holds.set(key, held.add(objectName));
    },
    held: () => new Set([...holds.values()].flatMap((names) => [...names])),
  };
}
