import { expect, test } from "vitest";
import { percentiles } from "./percentiles.ts";

test("every percentile is a value that was measured", () => {
  expect(percentiles([5, 1, 4, 2, 3])).toEqual({ p50: 3, p95: 5, p99: 5, max: 5 });
  expect(() => percentiles([])).toThrow("percentiles of nothing");
});
