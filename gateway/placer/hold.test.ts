/** After a change of placer: one environment of a function is not heard of, and its reservation is one. */
import { expect, test } from "vitest";
import { aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { checkInvariants } from "./check.ts";
import { beginEpoch } from "./epoch.ts";
import type { Decision, PlacerEvent } from "./event.ts";
import type { Caps, Refusal } from "./state.ts";
import { step } from "./step.ts";

const holdMsMax = 7_000;
const target = aTarget();
const elsewhere = aTarget({ key: "other/g-1", functionKey: "other/g", namespace: "other" });
const caps = someCaps({ reserved: 1 });

function anEpoch() {
  const pods = [
    { id: "e", namespace: "team", functionKey: target.functionKey },
    { id: "x", namespace: "team", functionKey: "team/another" },
    { id: "y", namespace: "other", functionKey: "other/another" },
  ];
  const options = placerOptions({ waitingMaxPerFunction: 1_000, holdMsMax });
  const state = beginEpoch(options, 2, { pods, routes: new Map() });
  const happen = (event: PlacerEvent, nowMs: number): Decision[] => {
    const decisions = step(state, event, nowMs);
    checkInvariants(state, nowMs);
    return decisions;
  };
  const ask = (id: string, nowMs: number, wanted: Caps = caps) =>
    step(state, { type: "want", want: { id, from: "us", target, caps: wanted, bytes: 2 } }, nowMs);
  return {
    state,
    happen,
    ask,
    gone: (id: string, nowMs: number) => happen({ type: "gone", environmentId: id }, nowMs),
  };
}

const refusalsIn = (decisions: Decision[]): Refusal[] =>
  decisions.flatMap((one) => (one.type === "refuse" ? [one.refusal] : []));

test("as many as may wait are held, the others are told that there is no room, and those held are told once, by the bound", () => {
  const { state, happen, ask } = anEpoch();
  const told = Array.from({ length: 5_000 }, (_, index) => refusalsIn(ask(`w${index}`, 0))).flat();
  expect(told).toEqual(Array.from({ length: 4_000 }, () => ({ kind: "full", what: "requests" })));
  expect(state.held.size).toBe(1_000);
  expect(refusalsIn(happen({ type: "tick" }, holdMsMax - 1))).toEqual([]);
  const late = refusalsIn(happen({ type: "tick" }, holdMsMax));
  expect(late).toHaveLength(1_000);
  for (const one of late) expect(one).toMatchObject({ kind: "throttled", wasHeld: true });
  expect(state.held.size).toBe(0);
  expect(refusalsIn(ask("next", holdMsMax))).toEqual([]);
});

test("who comes too soon after others is told so, and not held", () => {
  const { state, ask } = anEpoch();
  ask("first", 0);
  const fn = state.functions.get(target.functionKey);
  if (fn !== undefined) fn.rate = { tokens: 0, atMs: 0 };
  const reason = "ReservedFunctionInvocationRateLimitExceeded";
  expect(refusalsIn(ask("second", 0))).toEqual([expect.objectContaining({ reason })]);
  expect(state.held.size).toBe(1);
});

test("the oldest is admitted when the environment turns out to be gone", () => {
  const { state, ask, gone } = anEpoch();
  for (const id of ["first", "second"]) ask(id, 0);
  const decisions = gone("e", 10);
  expect([...state.waiters.keys()]).toEqual(["first"]);
  expect(refusalsIn(decisions)).toHaveLength(1);
});

test("or when a permit has come back", () => {
  const { state, happen, ask } = anEpoch();
  const two = { ...caps, reserved: 2 };
  for (const id of ["running", "held"]) ask(id, 0, two);
  expect([...state.held.keys()]).toEqual(["held"]);
  happen({ type: "cancel", wantId: "running" }, 10);
  expect([...state.waiters.keys()]).toEqual(["held"]);
});

test("an event looks at the first of each line in its own namespace, and not at all elsewhere", () => {
  const { state, happen, ask, gone } = anEpoch();
  let looks = 0;
  const watched: Caps = {
    ...caps,
    get reserved() {
      looks++;
      return 1;
    },
  };
  for (let index = 0; index < 1_000; index++) ask(`w${index}`, 0, watched);
  looks = 0;
  happen({ type: "want", want: { id: "z", from: "us", target: elsewhere, caps: someCaps(), bytes: 2 } }, 10);
  happen({ type: "cancel", wantId: "z" }, 10);
  gone("y", 10);
  expect(looks).toBe(0);
  gone("x", 10);
  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThan(10);
  expect(state.held.size).toBe(1_000);
});

test("a line of an alias is looked at whole as time passes: what is in the way of one version is not in the way of another", () => {
  const pods = [{ id: "e", namespace: "team", functionKey: target.functionKey }];
  const provisioned = someCaps({ reserved: 2, provisioned: 1, setAside: 1 });
  const routes = [
    { weight: 0.5, target, caps: someCaps({ reserved: 2, setAside: 1 }) },
    { weight: 0.5, target: aTarget({ key: "team/hello-2" }), caps: provisioned },
  ];
  const alias = "team/hello:live";
  const state = beginEpoch(placerOptions({ holdMsMax }), 2, { pods, routes: new Map() });
  const ask = (id: string, chance: number) =>
    step(
      state,
      { type: "want", want: { id, from: "us", target, caps, bytes: 2, draw: { alias, chance } } },
      0,
    );
  ask("old", 0.1);
  ask("new", 0.9);
  step(state, { type: "routed", alias, routes }, 1);
  step(state, { type: "confirmed", joinedAs: state.nextId }, 2);
  step(state, { type: "tick" }, 20);
  checkInvariants(state, 20);
  expect([...state.held.keys()]).toEqual(["old"]);
  expect([...state.waiters.keys()]).toEqual(["new"]);
});
