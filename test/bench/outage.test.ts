/** How an outage is told from the moments of answers. */
import { expect, test } from "vitest";
import { outageOf } from "./outage.ts";

/** An answer every 10 ms, but for the gap. */
const answers = (fromMs: number, untilMs: number) =>
  Array.from({ length: 1_000 }, (_, index) => index * 10).filter((ms) => ms < fromMs || ms >= untilMs);
const around = { atMs: 5_000, beforeMs: 4_000, afterMs: 4_000 };

test("no outage where answers go on as before", () => {
  expect(outageOf(answers(0, 0), around)).toEqual({ perSecond: 100, belowHalfMs: 0, silentMs: 10 });
});

test("an outage lasts as long as there are fewer than half the answers", () => {
  expect(outageOf(answers(5_200, 6_200), around)).toEqual({
    perSecond: 100,
    belowHalfMs: 1_000,
    silentMs: 1_010,
  });
});

test("what does not come back is out until the end of what was looked at", () => {
  expect(outageOf(answers(5_000, 1e9), around)).toEqual({
    perSecond: 100,
    belowHalfMs: 4_000,
    silentMs: 4_000,
  });
});

test("without answers before there is nothing to compare with", () => {
  expect(() => outageOf([], around)).toThrow("nobody was answered");
});
