import { expect, test } from "vitest";
import { aLease } from "../testing/lease.ts";
import { decide, type LeaseRecord, sight } from "./decide.ts";

const lease = (over: Partial<LeaseRecord> = {}) => aLease({ transitions: 3, ...over });

test("creates the Lease that is not there", () => {
  expect(decide(undefined, "me", 0)).toEqual({ decision: "create" });
});

test("renews its own, however old it looks", () => {
  expect(decide({ lease: lease({ holder: "me" }), sinceMs: 0 }, "me", 99_000).decision).toBe("renew");
});

test("waits while the holder renews", () => {
  const first = sight(undefined, lease(), 0);
  const later = sight(first, lease({ resourceVersion: "2" }), 14_000);
  expect(decide(later, "me", 20_000)).toEqual({ decision: "wait", holder: "other" });
});

test("takes a Lease seen unchanged for its whole duration, and not a moment earlier", () => {
  const seen = sight(sight(undefined, lease(), 0), lease(), 14_000);
  expect(decide(seen, "me", 15_000).decision).toBe("wait");
  expect(decide(seen, "me", 15_001).decision).toBe("take");
});

test("takes a released Lease at once", () => {
  expect(decide(sight(undefined, lease({ holder: "" }), 0), "me", 0).decision).toBe("take");
});
