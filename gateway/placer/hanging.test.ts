/** Pods that do not come up through no fault of their function: hanging ones, and deleted ones. */
import { expect, test } from "vitest";
import { aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { placerLimits } from "./limits.ts";
import { createPlacerState } from "./state.ts";
import { step } from "./step.ts";

test("functions whose pods hang hold no more than their share: one that has none under way gets its first", () => {
  const state = createPlacerState(placerOptions(), 1);
  let wanted = 0;
  const pods = (name: string, callers: number) => {
    const target = aTarget({ key: `team/${name}-1`, functionKey: `team/${name}` });
    const ask = () => {
      const want = { id: `w${wanted++}`, from: "us", target, caps: someCaps(), bytes: 0 };
      return step(state, { type: "want", want }, 0).filter(({ type }) => type === "create").length;
    };
    return Array.from({ length: callers }, ask).reduce((sum, made) => sum + made, 0);
  };
  const hanging = Array.from({ length: 5 }, (_, index) => pods(`hanging${index}`, 20));
  expect(hanging.reduce((sum, made) => sum + made, 0)).toBe(placerLimits.startingMax);
  expect(pods("another", 20)).toBe(1);
});

test("a pod that was deleted before it started, as by a drained node, is made again: its caller waits on", () => {
  const state = createPlacerState(placerOptions(), 1);
  const target = aTarget();
  const want = { id: "w", from: "us", target, caps: someCaps(), bytes: 0 };
  let decisions = step(state, { type: "want", want }, 0);
  const failure = { kind: "deleted", message: "its pod was deleted" } as const;
  const revisionKey = target.key;
  for (let deleted = 0; deleted <= placerLimits.startsDeletedMax; deleted++) {
    const [create, ...rest] = decisions;
    if (create?.type !== "create") throw new Error(`no pod was asked for after ${deleted}`);
    expect(rest).toEqual([]);
    decisions = step(state, { type: "startFailed", revisionKey, startId: create.startId, failure }, deleted);
  }
  // Whoever deletes them all means it.
  expect(decisions).toMatchObject([
    { type: "refuse", wantId: "w", refusal: { kind: "cannotStart", failure } },
  ]);
});
