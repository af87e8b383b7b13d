import { expect, test } from "vitest";
import type { Clock } from "../../kernel/clock/clock.ts";
import type { Resolution } from "./resolution.ts";
import { settle } from "./settle.ts";

/** A clock on which a sleep is over at once, and has taken its time. */
function aClock(): Clock & { sleptMs: () => number } {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
    after: () => () => undefined,
    sleptMs: () => nowMs,
  };
}
const pending: Resolution = { kind: "notReady", state: "Pending", reason: "being made" };

test("a function that turns Active a moment later is found", async () => {
  const clock = aClock();
  const gone: Resolution = { kind: "noQualifier" };
  expect(await settle({ clock }, () => (clock.sleptMs() < 100 ? pending : gone))).toBe(gone);
});

test("one that stays Pending is told so after a second", async () => {
  const clock = aClock();
  expect(await settle({ clock }, () => pending)).toBe(pending);
  expect(clock.sleptMs()).toBeGreaterThanOrEqual(1000);
});

test.each<Resolution | undefined>([
  undefined,
  { kind: "noFunction" },
  { kind: "notReady", state: "Failed", reason: "no" },
])("%j is not waited for", async (found) => {
  const clock = aClock();
  expect(await settle({ clock }, () => found)).toBe(found);
  expect(clock.sleptMs()).toBe(0);
});
