/** Pods that do not come up through no fault of their function: hanging ones, and deleted ones. */
import { expect, test } from "vitest";
import { aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { checkInvariants } from "./check.ts";
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

test("functions of one namespace whose pods hang leave another namespace its first, and in time all", () => {
  const state = createPlacerState(placerOptions(), 1);
  let wanted = 0;
  const ask = (namespace: string, name: string, atMs: number) => {
    const target = aTarget({ key: `${namespace}/${name}-1`, functionKey: `${namespace}/${name}`, namespace });
    const want = { id: `w${wanted++}`, from: "us", target, caps: someCaps(), bytes: 0 };
    return step(state, { type: "want", want }, atMs).filter(({ type }) => type === "create").length;
  };
  const { startingFirstMaxPerNamespace, hangsMs } = placerLimits;
  const all = Array.from({ length: startingFirstMaxPerNamespace }, (_, index) => `fn${index}`);
  const of = (namespace: string, atMs: number) =>
    all.map((name) => ask(namespace, name, atMs)).reduce((sum, made) => sum + made, 0);
  expect(of("broken", 0)).toBe(startingFirstMaxPerNamespace);
  expect(ask("broken", "more", 0)).toBe(0);
  expect(ask("whole", "fn", 0)).toBe(1);
  checkInvariants(state, 0);
  step(state, { type: "tick" }, hangsMs);
  checkInvariants(state, hangsMs);
  expect(of("other", hangsMs)).toBe(startingFirstMaxPerNamespace);
});

test("of a namespace no more than so many hang at once", () => {
  const state = createPlacerState(placerOptions(), 1);
  const { hangingMaxPerNamespace, startingFirstMaxPerNamespace, hangsMs } = placerLimits;
  let made = 0;
  for (let atMs = 0, name = 0; atMs < 10 * hangsMs; atMs += hangsMs)
    for (let count = 0; count < 40; count++, name++) {
      const target = aTarget({ key: `team/fn${name}-1`, functionKey: `team/fn${name}` });
      const want = { id: `w${name}`, from: "us", target, caps: someCaps(), bytes: 0 };
      const decisions = [
        ...step(state, { type: "tick" }, atMs),
        ...step(state, { type: "want", want }, atMs),
      ];
      made += decisions.filter(({ type }) => type === "create").length;
    }
  expect(made).toBeGreaterThanOrEqual(hangingMaxPerNamespace);
  expect(made).toBeLessThan(hangingMaxPerNamespace + 2 * startingFirstMaxPerNamespace);
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
