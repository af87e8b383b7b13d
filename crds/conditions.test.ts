import { expect, test } from "vitest";
import { conditionOf, withCondition } from "./conditions.ts";

const ready = (status: "True" | "False", message = "m") => ({
  type: "Ready",
  status,
  reason: "Because",
  message,
  observedGeneration: 1,
});

test("the transition time moves only when the status does", () => {
  const first = withCondition([], ready("True"), "t1");
  const same = withCondition(first, ready("True", "still"), "t2");
  expect(same).toEqual([{ ...ready("True", "still"), lastTransitionTime: "t1" }]);
  expect(withCondition(same, ready("False"), "t3")[0]?.lastTransitionTime).toBe("t3");
});

test("other conditions stay, and the order is always the same", () => {
  const code = { ...ready("True"), type: "CodeReady" };
  const one = withCondition(withCondition([], ready("True"), "t"), code, "t");
  const other = withCondition(withCondition([], code, "t"), ready("True"), "t");
  expect(one).toEqual(other);
  expect(conditionOf(one, "CodeReady")).toMatchObject({ type: "CodeReady" });
  expect(conditionOf(one, "Invocable")).toBeUndefined();
});

test("a message the API server would refuse is cut", () => {
  expect(withCondition([], ready("True", "x".repeat(5000)), "t")[0]?.message).toHaveLength(4096);
});
