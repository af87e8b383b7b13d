import { expect, test } from "vitest";
import { aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import { createPlacerState } from "./state.ts";
import { step } from "./step.ts";

const target = aTarget();
const caps = someCaps();

test("what a pod took to dial home is what the next one is expected to take", () => {
  const state = createPlacerState(placerOptions(), 1);
  const [first] = step(state, { type: "want", want: { id: "w1", from: "us", target, caps, bytes: 0 } }, 0);
  if (first?.type !== "create") throw new Error("no pod was asked for");
  expect(state.createMs).toBeUndefined();
  step(state, { type: "started", revisionKey: target.key, startId: first.startId }, 400);
  expect(state.createMs).toBe(400);
});
