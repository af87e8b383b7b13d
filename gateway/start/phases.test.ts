import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { phasesOf } from "./phases.ts";

const start = { way: "pool", wantedAtMs: 100, decidedAtMs: 103, assignedAtMs: 103 } as const;

test("each millisecond from request to first byte is in one phase", () => {
  expect(phasesOf({ ...start, ready: { atMs: 112, codeMs: 2, initMs: 5 } }, 114)).toEqual({
    wait: 3,
    claim: 2,
    code: 2,
    init: 5,
    first_byte: 2,
  });
});

test("a pod's way home is its claim", () => {
  const pod = { way: "pod", wantedAtMs: 0, decidedAtMs: 1, assignedAtMs: 500 } as const;
  expect(phasesOf({ ...pod, ready: { atMs: 560, codeMs: 10, initMs: 40 } }, 562)).toEqual({
    wait: 1,
    claim: 509,
    code: 10,
    init: 40,
    first_byte: 2,
  });
});

test("a request that found its environment ready had no cold start", () => {
  const { wantedAtMs: _, ...unwanted } = start;
  expect(phasesOf({ ...unwanted, ready: { atMs: 112, codeMs: 2, initMs: 5 } }, 114)).toBeUndefined();
  expect(phasesOf(start, 114)).toBeUndefined();
});

test("the phases are never negative and add up, whatever an environment claims of itself", () => {
  const ms = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(ms, ms, ms, ms, ms, ms, ms, (wait, way, inside, last, before, codeMs, initMs) => {
      const wantedAtMs = 1_000 + before;
      const decidedAtMs = wantedAtMs + wait - before;
      const assignedAtMs = Math.max(wantedAtMs, decidedAtMs) + way;
      const atMs = assignedAtMs + inside;
      const ready = { atMs, codeMs, initMs };
      const found = phasesOf({ way: "pod", wantedAtMs, decidedAtMs, assignedAtMs, ready }, atMs + last);
      const all = Object.values(found ?? {});
      expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
      expect(all.reduce((sum, one) => sum + one, 0)).toBe(atMs + last - wantedAtMs);
    }),
  );
});
