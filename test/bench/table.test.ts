import { expect, test } from "vitest";
import { tableOf } from "./table.ts";
import { results } from "./testing.ts";

const ranks = (p50: number, p95: number) => ({ n: 100, p50, p95, p99: p95, max: p95 });

test("a burst is held against a single cold start by the same percentile, and by none where no single one was measured", () => {
  const bursts = [{ functions: 10, totalMs: ranks(300, 400), failed: [] }];
  const beside = { aloneMs: ranks(10, 20), besideMs: ranks(12, 30), callers: 20 };
  expect(tableOf(results({ bursts, beside }))).toContain("(p95 × 20.0 a single one's)");
  expect(tableOf(results({ bursts }))).not.toContain("a single one");
});
