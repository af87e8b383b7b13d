/** A placer that runs for months keeps no record of what came and went. */
import { expect, test } from "vitest";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { createPlacerState } from "./state.ts";
import { step } from "./step.ts";

const target = aTarget();
const want = { id: "w", from: "us", target, caps: someCaps(), bytes: 0 };
const options = placerOptions({ idleMsMax: 60_000, burstMax: 1_000, burstPerMinute: 500 });

function aPlacerThatServed() {
  const state = createPlacerState(options, 1);
  const [create] = step(state, { type: "want", want }, 0);
  if (create?.type !== "create") throw new Error("no pod was asked for");
  step(state, { type: "started", revisionKey: target.key, startId: create.startId }, 1);
  const environment = { ...anEnvironment("e"), as: { kind: "fresh", target } as const };
  step(state, { type: "joined", environment }, 1);
  const decisions = step(state, { type: "confirmed", joinedAs: state.nextId }, 1);
  const grant = decisions.find((one) => one.type === "grant")?.grant ?? "";
  return { state, grant };
}

test("what is over is forgotten when its rates have filled up: function, namespace and revision", () => {
  const { state, grant } = aPlacerThatServed();
  step(state, { type: "ended", environmentId: "e", grant }, 10);
  step(state, { type: "retired", revisionKey: target.key, retired: true }, 20);
  step(state, { type: "gone", environmentId: "e" }, 30);
  step(state, { type: "tick" }, 119_000);
  expect([state.revisions.size, state.functions.size, state.accounts.size]).toEqual([0, 0, 1]);
  step(state, { type: "tick" }, 125_000);
  expect(state.accounts.size).toBe(0);
});

test("what is in flight is never forgotten", () => {
  const { state } = aPlacerThatServed();
  step(state, { type: "retired", revisionKey: target.key, retired: true }, 20);
  step(state, { type: "tick" }, 1e9);
  expect([state.revisions.size, state.functions.size, state.accounts.size]).toEqual([1, 1, 1]);
});
