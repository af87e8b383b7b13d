/** Provisioned environments at the placer: they stay however long they are idle, and are used before others. */
import { expect, test } from "vitest";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { createPlacerState } from "./state.ts";
import { step } from "./step.ts";

const target = aTarget();
const caps = someCaps();

function aPlacer() {
  const state = createPlacerState(placerOptions({ idleMsMax: 10_000 }), 1);
  const join = (id: string, kept: boolean) => {
    const as = { kind: "fresh", target } as const;
    step(state, { type: "joined", environment: { ...anEnvironment(id), kept, as } }, 0);
    step(state, { type: "confirmed", joinedAs: state.nextId }, 0);
    step(state, { type: "initialized", environmentId: id, failed: false }, 0);
  };
  return { state, join };
}

test("an idle one is let go after its time, a provisioned one never", () => {
  const { state, join } = aPlacer();
  join("kept", true);
  join("other", false);
  const decisions = step(state, { type: "tick" }, 1_000_000);
  expect(decisions).toEqual([{ type: "dismiss", environmentId: "other" }]);
});

test("one that is old leaves, a provisioned one only when the operator has another in its place", () => {
  const { state, join } = aPlacer();
  join("kept", true);
  const atMs = anEnvironment("kept").retireAtMs;
  expect(step(state, { type: "tick" }, atMs)).toEqual([]);
  const used = { id: "a", from: "us", target, caps, bytes: 1 };
  const [grant] = step(state, { type: "want", want: used }, atMs + 1);
  if (grant?.type !== "grant") throw new Error("nothing was granted");
  const ended = { environmentId: "kept", grant: grant.grant };
  expect(step(state, { type: "ended", ...ended }, atMs + 2)).toEqual([]);
  join("other", false);
  expect(step(state, { type: "tick" }, atMs + 1_000)).toEqual([{ type: "dismiss", environmentId: "other" }]);
});

test("provisioned ones are used first, then the others", () => {
  const { state, join } = aPlacer();
  join("kept", true);
  join("other", false);
  const used = ["a", "b"].flatMap((id) =>
    step(state, { type: "want", want: { id, from: "us", target, caps, bytes: 1 } }, 1).flatMap((one) =>
      one.type === "grant" ? [one.environmentId] : [],
    ),
  );
  expect(used).toEqual(["kept", "other"]);
});

test("whoever waits is served by a provisioned one that is confirmed together with one of a pool", () => {
  const { state } = aPlacer();
  const pooled = { ...target, poolShape: "s" };
  const want = { id: "a", from: "us", target: pooled, caps, bytes: 1 };
  const [create] = step(state, { type: "want", want }, 0);
  // Its pod has come up and is lost again.
  if (create?.type === "create")
    step(state, { type: "started", revisionKey: pooled.key, startId: create.startId }, 0);
  const environment = { namespace: "team", shape: "s", retireAtMs: 1e9, last: undefined };
  const unclaimed = { kind: "unclaimed" } as const;
  const assigned = { kind: "assigned", target: pooled, reserved: false, running: undefined } as const;
  step(state, { type: "joined", environment: { ...environment, id: "pool", as: unclaimed } }, 1);
  step(state, { type: "joined", environment: { ...environment, id: "kept", kept: true, as: assigned } }, 1);
  const decisions = step(state, { type: "confirmed", joinedAs: state.nextId }, 2);
  expect(decisions).toEqual([expect.objectContaining({ type: "grant", environmentId: "kept" })]);
});
