/** Starts that failed: when the next is tried, and who waits for what meanwhile. */
import { expect, test } from "vitest";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import type { StartFailure } from "./attempt.ts";
import type { Decision } from "./event.ts";
import { createPlacerState } from "./state.ts";
import { step } from "./step.ts";

const target = aTarget({ poolShape: "pool" });
const revisionKey = target.key;
const quota: StartFailure = { kind: "quota", message: "exceeded quota" };

function aPlacer() {
  const state = createPlacerState(placerOptions(), 1);
  let wanted = 0;
  return {
    happen: (event: Parameters<typeof step>[1], atMs: number) => step(state, event, atMs),
    ask: (atMs: number) =>
      step(
        state,
        { type: "want", want: { id: `w${wanted++}`, from: "us", target, caps: someCaps(), bytes: 0 } },
        atMs,
      ),
    refill(id: string, atMs: number) {
      const as = { kind: "unclaimed" } as const;
      const joined = { type: "joined", environment: { ...anEnvironment(id), shape: "pool", as } } as const;
      const confirmed = { type: "confirmed", joinedAs: state.nextId + 1 } as const;
      return [...step(state, joined, atMs), ...step(state, confirmed, atMs)];
    },
  };
}

const starts = (decisions: Decision[]) =>
  decisions.flatMap((one) => (one.type === "create" ? [one.startId] : []));
const types = (decisions: Decision[]) => decisions.map(({ type }) => type);

test("starts that were asked for together and fail together count as one failure: the next is tried as soon", () => {
  const { ask, happen } = aPlacer();
  const under = Array.from({ length: 8 }, () => ask(0)).flatMap(starts);
  expect(under.length).toBe(8);
  for (const [index, startId] of under.entries())
    happen({ type: "startFailed", revisionKey, startId, failure: quota }, 100 + index);
  expect(types(ask(1_000))).toEqual(["refuse"]);
  expect(types(ask(1_200))).toEqual(["create"]);
});

test("starts that fail one after the other are tried again ever later", () => {
  const { ask, happen } = aPlacer();
  const fail = (atMs: number) => {
    for (const startId of starts(ask(atMs)))
      happen({ type: "startFailed", revisionKey, startId, failure: quota }, atMs);
  };
  fail(0);
  fail(1_000);
  expect(types(ask(2_500))).toEqual(["refuse"]);
  expect(types(ask(3_000))).toEqual(["create"]);
});

test("whose pod failed takes what its pool has again meanwhile", () => {
  const { ask, happen, refill } = aPlacer();
  for (const startId of starts(ask(0)))
    happen({ type: "startFailed", revisionKey, startId, failure: quota }, 0);
  refill("p", 500);
  expect(types(ask(600))).toEqual(["grant"]);
});

test("whose environments fail takes no more from the pool until it is tried again", () => {
  const { ask, happen, refill } = aPlacer();
  const failure = { kind: "code", message: "its code cannot be read" } as const;
  happen({ type: "tick" }, 0);
  refill("p1", 0);
  refill("p2", 0);
  expect(types(ask(0))).toEqual(["grant"]);
  happen({ type: "gone", environmentId: "p2" }, 10);
  happen({ type: "startFailed", revisionKey, startId: undefined, failure }, 10);
  expect(types(ask(20))).toEqual(["refuse"]);
  expect(types(ask(1_100))).toEqual(["grant"]);
});
