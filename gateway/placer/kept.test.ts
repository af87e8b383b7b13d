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
