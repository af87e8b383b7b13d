import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { decideStarts, type StartQuestion } from "./starts.ts";

const calm: StartQuestion = {
  waiting: 1,
  pending: 0,
  coming: 0,
  serving: 0,
  workMs: undefined,
  startMs: 1_500,
  wholeStartMs: 1_500,
  oldestWaitMs: 0,
};

test.each<[string, Partial<StartQuestion>, number]>([
  ["one for one waiter and nothing there", {}, 1],
  ["none while one is on its way for it", { pending: 1 }, 0],
  ["one more for the second waiter", { waiting: 2, pending: 1 }, 1],
  ["none when the one in use is free long before", { serving: 1, workMs: 10 }, 0],
  ["one when the one in use takes longer than a start", { serving: 1, workMs: 10_000 }, 1],
  [
    "none because a line of short ones has waited for as long as a start",
    { waiting: 15, serving: 1, workMs: 1, startMs: 16, oldestWaitMs: 16 },
    0,
  ],
  [
    "one when the oldest has waited for three, whatever was expected",
    { serving: 1, workMs: 10, oldestWaitMs: 4_500 },
    1,
  ],
  [
    "none because a crowd has waited for three claims: what is claimed is made again, and that costs more",
    { waiting: 20, serving: 1, workMs: 1, startMs: 20, wholeStartMs: 800, oldestWaitMs: 200 },
    0,
  ],
  ["only for those those in use cannot serve meanwhile", { waiting: 10, serving: 2, workMs: 500 }, 2],
  ["as many as wait while nothing is known of durations", { waiting: 3, serving: 1 }, 3],
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
      count,
      fc.option(ms, { nil: undefined }),
      ms,
      ms,
      (waiting, pending, coming, serving, workMs, startMs, oldestWaitMs) => {
        const wholeStartMs = startMs * 2;
        const question = { waiting, pending, coming, serving, workMs, startMs, wholeStartMs, oldestWaitMs };
        const starts = decideStarts(question);
        expect(starts).toBeGreaterThanOrEqual(0);
        expect(starts).toBeLessThanOrEqual(Math.max(0, waiting - pending));
      },
    ),
  );
});
