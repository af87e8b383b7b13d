import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { demandMs, demandOf, refillMs } from "./demand.ts";

const nowMs = 1_000_000;

test.each<[string, number[], number]>([
  ["nothing was taken", [], 0],
  ["one at a time, each put back before the next", [nowMs - 3 * refillMs, nowMs - 2 * refillMs, nowMs], 1],
  ["three within the time of a refill", [nowMs - 50_000, nowMs - 49_000, nowMs - 48_000, nowMs], 3],
  ["three across a boundary of that time", [nowMs - 15_000, nowMs - 9_000, nowMs - 7_000, nowMs - 6_000], 4],
  ["a burst that is minutes old", [nowMs - demandMs, nowMs - demandMs, nowMs], 1],
])("%s: so many should wait", (_, takenMs, size) => {
  expect(demandOf(takenMs, nowMs).size).toBe(size);
});

test("it falls by itself: at the time it names, what it rested on is forgotten", () => {
  const burst = [nowMs - 10, nowMs - 5, nowMs];
  const { size, untilMs = 0 } = demandOf(burst, nowMs);
  expect([size, untilMs]).toEqual([3, nowMs - 10 + demandMs]);
  expect(demandOf(burst, untilMs).size).toBe(2);
});

test("it is never more than what was taken, nor less than one after a take", () => {
  const takes = fc.array(fc.integer({ min: nowMs - 2 * demandMs, max: nowMs }), { maxLength: 40 });
  fc.assert(
    fc.property(takes, (takenMs) => {
      const lately = takenMs.filter((atMs) => nowMs - atMs < demandMs);
      const { size } = demandOf(takenMs, nowMs);
      expect(size).toBeLessThanOrEqual(lately.length);
      expect(size).toBeGreaterThanOrEqual(Math.min(1, lately.length));
    }),
  );
});
