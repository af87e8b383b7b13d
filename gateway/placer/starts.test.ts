import fc from "fast-check";
import { expect, test } from "vitest";
import { decideStarts, type StartQuestion } from "./starts.ts";

const calm: StartQuestion = {
  waiting: 1,
  pending: 0,
  busy: 0,
  durationMs: undefined,
  startMs: 1_500,
  oldestWaitMs: 0,
};

test.each<[string, Partial<StartQuestion>, number]>([
  ["one for one waiter and nothing there", {}, 1],
  ["none while one is on its way for it", { pending: 1 }, 0],
  ["one more for the second waiter", { waiting: 2, pending: 1 }, 1],
  ["none when the busy one is free long before", { busy: 1, durationMs: 10 }, 0],
  ["one when the busy one takes longer than a start", { busy: 1, durationMs: 10_000 }, 1],
  [
    "one when the oldest has waited as long as a start takes, whatever was expected",
    { busy: 1, durationMs: 10, oldestWaitMs: 1_500 },
    1,
  ],
  ["only for those the busy ones cannot serve meanwhile", { waiting: 10, busy: 2, durationMs: 500 }, 4],
  ["as many as wait while nothing is known of durations", { waiting: 3, busy: 1 }, 3],
])("starts %s", (_, change, expected) => {
  expect(decideStarts({ ...calm, ...change })).toBe(expected);
});

test("there are never more starts than waiters without one", () => {
  const count = fc.nat(1_000);
  const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      count,
      count,
      count,
      fc.option(ms, { nil: undefined }),
      ms,
      ms,
      (waiting, pending, busy, durationMs, startMs, oldestWaitMs) => {
        const starts = decideStarts({ waiting, pending, busy, durationMs, startMs, oldestWaitMs });
        expect(starts).toBeGreaterThanOrEqual(0);
        expect(starts).toBeLessThanOrEqual(Math.max(0, waiting - pending));
      },
    ),
  );
});
