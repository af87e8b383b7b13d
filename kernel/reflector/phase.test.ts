import { describe, expect, test } from "vitest";
import { backoffMs, backoffMsMax, type Happening, next, type Phase } from "./phase.ts";

const list: Phase = { phase: "list", failures: 2 };
const watch: Phase = { phase: "watch", resourceVersion: "7", failures: 0, heard: true };
const unheard: Phase = { phase: "watch", resourceVersion: "7", failures: 1, heard: false };
const wait: Phase = { phase: "wait", failures: 3, after: { watchFrom: "7" } };
const waitList: Phase = { phase: "wait", failures: 3, after: { list: true } };

const happenings: Record<Happening["happened"], Happening> = {
  listed: { happened: "listed", resourceVersion: "9" },
  heard: { happened: "heard", resourceVersion: "9" },
  ended: { happened: "ended" },
  broken: { happened: "broken" },
  expired: { happened: "expired" },
  waited: { happened: "waited" },
};

const againList: Phase = { phase: "wait", failures: 3, after: { list: true } };
const table: Record<string, [Phase, Record<Happening["happened"], Phase>]> = {
  list: [
    list,
    {
      listed: { phase: "watch", resourceVersion: "9", failures: 0, heard: false },
      heard: againList,
      ended: againList,
      broken: againList,
      expired: againList,
      waited: againList,
    },
  ],
  watch: [
    watch,
    {
      listed: watch,
      heard: { phase: "watch", resourceVersion: "9", failures: 0, heard: true },
      ended: { phase: "watch", resourceVersion: "7", failures: 0, heard: false },
      broken: { phase: "wait", failures: 1, after: { watchFrom: "7" } },
      expired: { phase: "list", failures: 0 },
      waited: watch,
    },
  ],
  unheard: [
    unheard,
    {
      listed: unheard,
      heard: { phase: "watch", resourceVersion: "9", failures: 0, heard: true },
      ended: { phase: "wait", failures: 2, after: { watchFrom: "7" } },
      broken: { phase: "wait", failures: 2, after: { watchFrom: "7" } },
      expired: { phase: "wait", failures: 1, after: { list: true } },
      waited: unheard,
    },
  ],
  wait: [
    wait,
    {
      listed: wait,
      heard: wait,
      ended: wait,
      broken: wait,
      expired: wait,
      waited: { phase: "watch", resourceVersion: "7", failures: 3, heard: false },
    },
  ],
  waitList: [
    waitList,
    {
      listed: waitList,
      heard: waitList,
      ended: waitList,
      broken: waitList,
      expired: waitList,
      waited: { phase: "list", failures: 3 },
    },
  ],
};

describe("a reflector's next step", () => {
  for (const [name, [phase, expected]] of Object.entries(table)) {
    for (const [happened, happening] of Object.entries(happenings)) {
      test(`from ${name} on ${happened}`, () => {
        expect(next(phase, happening)).toEqual(expected[happening.happened]);
      });
    }
  }

  test("waits longer with each failure, and never over the limit", () => {
    expect([1, 2, 3, 50].map(backoffMs)).toEqual([200, 400, 800, backoffMsMax]);
  });
});
