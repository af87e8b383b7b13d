import { expect, test } from "vitest";
import { aimsOf } from "./aims.ts";
import type { Measured } from "./load.ts";
import type { Results } from "./results.ts";
import { results } from "./testing.ts";

const measured = (over: Partial<Measured> = {}): Measured => ({
  requests: 1000,
  seconds: 1,
  p50Ms: 1,
  p99Ms: 2,
  maxMs: 3,
  failed: 0,
  unanswered: 0,
  statuses: {},
  rps: 1000,
  ...over,
});
const ranks = (p50: number, p99: number) => ({ n: 200, p50, p95: p99, p99, max: p99 });
const judged = (over: Partial<Results>) =>
  aimsOf(results(over)).map(({ what, isMet }) => `${what}: ${isMet ? "met" : "missed"}`);

test("what was not measured is not judged", () => {
  expect(aimsOf(results({}))).toEqual([]);
});

test("the overhead is over the same handler called directly, at as many connections", () => {
  const at = {
    connections: 1,
    environments: 1,
    gatewayCpuMsPerInvocation: 1,
    supervisorCpuMsPerInvocation: 1,
  };
  const warm = [{ ...measured({ p50Ms: 0.7 }), ...at }];
  const floors = (p50Ms: number) => ({
    barePodMs: ranks(1, 1),
    barePodWithVolumesMs: ranks(1, 1),
    direct: [
      { ...measured({ p50Ms: 0 }), connections: 16 },
      { ...measured({ p50Ms }), connections: 1 },
    ],
  });
  const what = "warm, c = 1: p50 over the handler called directly";
  expect(judged({ warm, floors: floors(0.25) })).toEqual([`${what}: met`]);
  expect(judged({ warm, floors: floors(0.15) })).toEqual([`${what}: missed`]);
  expect(judged({ warm })).toEqual([]);
});

test("a start without a pool is held against the bare pod of the same run", () => {
  const cold = [
    {
      ...{ name: "node", kind: "unpooled" as const, starts: 20, totalMs: ranks(500, 900) },
      ...{ eachMs: [], phasesMs: {}, missed: 0, tookSeconds: 1 },
    },
  ];
  const floors = (p50: number) => ({
    barePodMs: ranks(p50, p50),
    barePodWithVolumesMs: ranks(900, 900),
    direct: [],
  });
  expect(judged({ cold, floors: floors(350) })).toEqual(["cold, node: p50: met"]);
  expect(judged({ cold, floors: floors(349) })).toEqual(["cold, node: p50: missed"]);
});

test("a crowd may be answered by the function or with 429, and by nothing else", () => {
  const crowd = { ...measured(), cap: 20, connections: 500, environments: 20, peak: 100 };
  const aims = (others: number, goodput: number) =>
    aimsOf(results({ crowds: [{ ...crowd, others, goodput }] })).map(({ isMet }) => isMet);
  expect(aims(0, 95)).toEqual([true, true]);
  expect(aims(1, 94)).toEqual([false, false]);
});

test("an alias is switched among ten thousand functions as it is with one", () => {
  const tables = { functions: 10_000, knownMb: 1, lookupUs: 1, switchOfOneUs: 8, decisionsPerSecond: 1 };
  const switched = (switchUs: number) => judged({ tables: { ...tables, switchUs } }).at(-1);
  const what = "alias switched, of 10000 functions against of one";
  expect(switched(16)).toBe(`${what}: met`);
  expect(switched(17)).toBe(`${what}: missed`);
});
