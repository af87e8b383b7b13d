import { expect, test } from "vitest";
import { percentiles } from "./percentiles.ts";

test("every percentile is a value that was measured", () => {
  expect(percentiles([5, 1, 4, 2, 3])).toEqual({ n: 5, p50: 3, p95: 5, p99: 5, max: 5 });
  expect(() => percentiles([])).toThrow("percentiles of nothing");
});

test("of two hundred, two are beyond the 99th and ten beyond the 95th", () => {
  const values = Array.from({ length: 200 }, (_, index) => index + 1);
  expect(percentiles(values)).toEqual({ n: 200, p50: 100, p95: 190, p99: 198, max: 200 });
});
