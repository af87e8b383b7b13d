import { describe, expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { type Tracking, type TrackingQuestion, track } from "./track.ts";

const target = { targetPercent: 70, scaleInCooldown: 300, scaleOutCooldown: 0 };
const asking = (over: Partial<TrackingQuestion>): TrackingQuestion => ({
  before: undefined,
  asked: 10,
  bounds: { minCapacity: 1, maxCapacity: 100 },
  target,
  inUse: undefined,
  nowMs: 0,
  ...over,
});
/** Looks again and again with the same memory; what was in use at each second. */
function follow(uses: readonly number[], over: Partial<TrackingQuestion> = {}): number[] {
  let before: Tracking | undefined;
  return uses.map((inUse, second) => {
    before = track(asking({ before, inUse, nowMs: second * 1000, ...over }));
    return before.desired;
  });
}
const seconds = (count: number, use: number) => Array.from({ length: count }, () => use);

describe("target tracking", () => {
  test("begins with the number asked for, within the bounds, until somebody tells of its use", () => {
    expect(track(asking({})).desired).toBe(10);
    expect(track(asking({ asked: 200 })).desired).toBe(100);
  });

  test("asks at once for as many as bring the share in use to the target", () => {
    const { desired, message } = track(asking({ inUse: 8 }));
    expect(desired).toBe(12);
    expect(message).toBe("10 → 12: 8 were in use, and 70 % is aimed at");
  });

  test("grows step by step while all are in use, and no further than the use asks for", () => {
    expect(follow([10, 10, 10, 15, 22, 32])).toEqual([15, 15, 15, 22, 32, 46]);
  });

  test("leaves the number alone at the target and a little below it", () => {
    const hundred = { asked: 100, bounds: { minCapacity: 1, maxCapacity: 200 } };
    expect(follow([70, ...seconds(1000, 64), 70, 63], hundred)).toEqual(seconds(1003, 100));
    expect(follow(seconds(301, 62), hundred).at(-1)).toBe(89);
  });

  test("steps down only after use was low for the whole while, to what its highest use asks for", () => {
    const uses = [...seconds(100, 2), ...seconds(100, 3), ...seconds(99, 0)];
    expect(new Set(follow(uses))).toEqual(new Set([10]));
    const after = follow([...seconds(100, 2), ...seconds(100, 3), ...seconds(101, 0)]);
    expect(after.at(-1)).toBe(5);
  });

  test("begins the while anew when use comes back", () => {
    const uses = [...seconds(299, 1), 7, ...seconds(299, 1)];
    expect(new Set(follow(uses))).toEqual(new Set([10]));
  });

  test("waits between two steps up when so asked", () => {
    const slow = { target: { ...target, scaleOutCooldown: 60 } };
    const counts = follow([10, ...seconds(59, 15), 15], slow);
    expect(counts.slice(0, 60)).toEqual(seconds(60, 15));
    expect(counts.at(-1)).toBe(22);
  });

  test("follows bounds that a schedule moves, at once and both ways", () => {
    const before = { desired: 10 };
    const night = track(asking({ before, inUse: 7, bounds: { minCapacity: 0, maxCapacity: 4 } }));
    expect(night.desired).toBe(4);
    expect(night.message).toBe("10 → 4: at least 0 and at most 4 are to be kept now");
    expect(track(asking({ before, inUse: 0, bounds: { minCapacity: 30, maxCapacity: 40 } })).desired).toBe(
      30,
    );
  });

  test("says when to look again, so that a step down needs no news", () => {
    expect(track(asking({ inUse: 1, nowMs: 5_000 })).dueAtMs).toBe(305_000);
  });

  test("keeps to its bounds, never steps down early, and comes to rest, whatever the use", () => {
    const use = fc.double({ min: 0, max: 200, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(use, { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 0, max: 20 }),
        (uses, least) => {
          const bounds = { minCapacity: least, maxCapacity: least + 50 };
          const counts = follow(uses, { bounds });
          for (const [index, count] of counts.entries()) {
            expect(count).toBeGreaterThanOrEqual(least);
            expect(count).toBeLessThanOrEqual(least + 50);
            // Under 300 seconds: only ever up.
            if (index > 0) expect(count).toBeGreaterThanOrEqual(counts[index - 1] ?? 0);
          }
          const last = uses.at(-1) ?? 0;
          const rest = follow([...uses, ...seconds(1000, last)], { bounds }).slice(-300);
          expect(new Set(rest).size).toBe(1);
        },
      ),
      { numRuns: 50 },
    );
  });
});
