/** Pods that hang: other functions start all the same. */
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
