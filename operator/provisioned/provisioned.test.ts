import { describe, expect, test } from "vitest";
import { anAlias, aVersion } from "../../kernel/testing/objects.ts";
import { fc } from "../../test/support/properties.ts";
import { failureMsMin } from "../backoff.ts";
import { startingMsMax } from "../pod/starting.ts";
import type { Trouble } from "../pod/trouble.ts";
import { replacedAtMs } from "./age.ts";
import { intentFor, splitByWeight } from "./intent.ts";
import {
  type ProvisionedObserved,
  planProvisioned,
  refusedMs,
  startingMax,
  unstartableMsMax,
} from "./plan.ts";
import type { KeptPod } from "./pods.ts";

type Marked = Exclude<KeptPod["state"], "waiting">;
const pod = (name: string, state: Marked, createdMs = 0): KeptPod => ({
  name,
  uid: name,
  createdMs,
  scheduledMs: undefined,
  template: "t",
  state,
});
const waiting = (name: string, kind?: Trouble["kind"], over: Partial<KeptPod> = {}): KeptPod => ({
  ...pod(name, "starting"),
  ...over,
  state: "waiting",
  trouble: kind === undefined ? undefined : { kind, message: `${kind}: sorry` },
});
const pods = (count: number, state: Marked) =>
  Array.from({ length: count }, (_, index) => pod(`${state}-${index}`, state));
const plan = (wanted: number, all: KeptPod[], over: Partial<ProvisionedObserved> = {}) =>
  planProvisioned({
    nowMs: 0,
    wanted,
    nextMs: undefined,
    pods: all,
    startingElsewhereMs: [],
    deaths: [],
    template: "t",
    ageMsMax: 1e9,
    unschedulableMsMax: 10_000,
    provision: { allowed: wanted },
    ...over,
  });
const route = (version: string, weight: number) => ({
  functionVersion: version,
  revision: `hello-${version}`,
  weight,
});

describe("what is asked for", () => {
  test("is a version's number, and an alias's, shared as its invocations are", () => {
    const version = aVersion({ provisionedConcurrency: 2 }, {}, { version: "1", revision: "hello-1" });
    const alias = anAlias({ provisionedConcurrency: 10 }, {}, { routes: [route("1", 0.9), route("2", 0.1)] });
    const asked = (name: string) => intentFor({ namespace: "team", name }, [version], [alias], 0).wanted;
    expect([asked("hello-1"), asked("hello-2"), asked("hello-3")]).toEqual([11, 1, 0]);
    expect(intentFor({ namespace: "other", name: "hello-1" }, [version], [alias], 0).wanted).toBe(0);
  });

  test("is nothing for what is on its way out, or not published yet", () => {
    const leaving = { deletionTimestamp: "2026-01-01T00:00:00Z" };
    const going = aVersion({ provisionedConcurrency: 2 }, leaving, { version: "1", revision: "hello-1" });
    const unpublished = aVersion({ provisionedConcurrency: 2 });
    const alias = anAlias({ provisionedConcurrency: 2 }, leaving, { routes: [route("1", 1)] });
    expect(intentFor({ namespace: "team", name: "hello-1" }, [going, unpublished], [alias], 0).wanted).toBe(
      0,
    );
  });

  test("is split into whole parts that add up, none further than one from its share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 100 }), (total, percent) => {
        const shares = [route("1", 1 - percent / 100), route("2", percent / 100)];
        const parts = splitByWeight(total, shares);
        expect([...parts.values()].reduce((sum, count) => sum + count, 0)).toBe(total);
        for (const { revision, weight } of shares)
          expect(Math.abs((parts.get(revision) ?? 0) - total * weight)).toBeLessThan(1);
      }),
    );
  });
});

test("a schedule moves a version's number, and says when next", () => {
  const schedules = [{ name: "on", schedule: "at(1970-01-01T00:01:00)", timezone: "UTC", minCapacity: 9 }];
  const scaling = { minCapacity: 0, maxCapacity: 100, schedules };
  const spec = { provisionedConcurrency: 2, provisionedConcurrencyScaling: scaling };
  const version = aVersion(spec, {}, { version: "1", revision: "hello-1" });
  const asked = (nowMs: number) => intentFor({ namespace: "team", name: "hello-1" }, [version], [], nowMs);
  expect(asked(0)).toEqual({ wanted: 2, nextMs: 60_000 });
  expect(asked(60_000)).toEqual({ wanted: 9, nextMs: undefined });
});

describe("kept environments", () => {
  test("are made up to what is wanted, a bounded number at a time", () => {
    expect(plan(3, pods(1, "available"))).toMatchObject({ create: 2, remove: [] });
    expect(plan(1000, [])).toMatchObject({ create: startingMax, remove: [] });
    expect(plan(2, pods(2, "starting"))).toMatchObject({ create: 0, remove: [] });
  });

  test("start at once no more than nodes can bear, those of other Revisions counted, and none that holds up nobody", () => {
    const nowMs = 70_000;
    const young = (name: string) => waiting(name, undefined, { createdMs: nowMs - 5_000 });
    const own = [young("a"), young("b"), young("c")];
    const some = plan(20, own, { nowMs, startingElsewhereMs: [1_000, 2_000, 3_000, 4_000] });
    expect(some).toMatchObject({ create: 3, waitsForStarts: true, again: { again: "after", ms: 1_000 } });
    const none = plan(20, own, { nowMs, startingElsewhereMs: Array.from({ length: 9 }, () => 6_000) });
    const again = { again: "after", ms: startingMsMax - 6_000 };
    expect(none).toMatchObject({ create: 0, waitsForStarts: true, again });
    const idle = [waiting("late"), waiting("crowded", "unschedulable", { createdMs: nowMs - 1_000 })];
    expect(plan(20, idle, { nowMs }).create).toBe(startingMax);
    expect(plan(3, own, { nowMs, startingElsewhereMs: Array(10).fill(1) }).waitsForStarts).toBe(false);
  });

  test("are let go when fewer are wanted: failed ones, then starting ones, then the youngest", () => {
    const all = [
      pod("old", "available", 1),
      pod("young", "available", 2),
      pod("starting", "starting"),
      pod("bad", "failed"),
    ];
    const order = plan(0, all).remove.map(({ name }) => name);
    expect(order).toEqual(["bad", "starting", "young", "old"]);
    expect(plan(1, all).remove).toHaveLength(3);
  });

  test("of broken code keep their places, so that it makes no pods without end", () => {
    expect(plan(2, pods(2, "failed"))).toMatchObject({ create: 0, remove: [] });
  });
});

describe("kept environments that do not start", () => {
  const named = (all: KeptPod[]) => all.map(({ name }) => name);

  test("keep their places, and the cluster's words are told, those of a node that may still come once it is given up", () => {
    const image = plan(2, [waiting("p", "unstartable"), pod("q", "available")], { nowMs: 1 });
    expect(image).toMatchObject({
      create: 0,
      remove: [],
      problem: "unstartable: sorry",
      again: { again: "after", ms: refusedMs },
    });
    const hopeful = plan(1, [waiting("p", "unschedulable")], { nowMs: 4_000 });
    expect(hopeful).toMatchObject({
      create: 0,
      remove: [],
      problem: undefined,
      again: { again: "after", ms: 6_000 },
    });
    const crowded = plan(1, [waiting("p", "unschedulable")], { nowMs: 10_000 });
    expect([crowded.problem, crowded.create]).toEqual(["unschedulable: sorry", 0]);
    expect(plan(1, [waiting("p")], { nowMs: 10_000 }).problem).toBeUndefined();
  });

  test("are made anew at once when what they are built from has changed, and one that runs is not", () => {
    const all = [
      waiting("mended", "unschedulable"),
      waiting("slow"),
      pod("runs", "starting"),
      pod("serves", "available"),
    ];
    const { create, remove } = plan(4, all, { template: "mended" });
    expect([create, named(remove)]).toEqual([2, ["slow", "mended"]]);
    expect(plan(4, all, { template: undefined })).toMatchObject({ create: 0, remove: [] });
  });

  test("are made anew when their node has tried for long; where no node has room another would find none either", () => {
    const all = [
      waiting("pull", "unstartable"),
      waiting("young", "unstartable", { createdMs: 1 }),
      waiting("room", "unschedulable"),
    ];
    const { create, remove } = plan(3, all, { nowMs: unstartableMsMax });
    expect([create, named(remove)]).toEqual([1, ["pull"]]);
    const late = waiting("late node", "unstartable", { scheduledMs: unstartableMsMax - 10_000 });
    expect(plan(1, [late], { nowMs: unstartableMsMax }).remove).toEqual([]);
    expect(named(plan(1, [late], { nowMs: 2 * unstartableMsMax - 10_000 }).remove)).toEqual(["late node"]);
    const many = Array.from({ length: 50 }, (_, index) => waiting(`p${index}`, "unstartable"));
    const bounded = plan(50, many, { nowMs: unstartableMsMax });
    expect([bounded.create, bounded.remove.length]).toEqual([startingMax, startingMax]);
  });

  test("but end before they were of any use are made anew after a wait, longer each time, and why is told", () => {
    const died = (...atMs: number[]) => ({
      deaths: atMs.map((at) => ({ atMs: at, message: `ended at ${at}` })),
    });
    const first = plan(2, [], { nowMs: 1_000, ...died(900, 1_000) });
    expect(first).toMatchObject({
      create: 0,
      remove: [],
      problem: "ended at 1000",
      again: { again: "after", ms: failureMsMin },
    });
    const again = plan(2, [], { nowMs: 1_000 + failureMsMin, ...died(900, 1_000) });
    expect([again.create, again.problem]).toEqual([2, undefined]);
    const second = plan(2, [], { nowMs: 8_000, ...died(900, 1_000, 7_900, 8_000) });
    expect([second.create, second.again]).toEqual([0, { again: "after", ms: 2 * failureMsMin }]);
    expect(plan(1, pods(1, "available"), died(0)).problem).toBeUndefined();
  });
});

describe("kept environments that are old", () => {
  const ageMsMax = 100_000;
  const nowMs = 1_000_000;
  const old = (name: string) => pod(name, "available", nowMs - 2 * ageMsMax);
  const fresh = (name: string, state: Marked = "available") => pod(name, state, nowMs - 1);
  const look = (all: KeptPod[], wanted = 2) => {
    const { create, remove } = plan(wanted, all, { nowMs, ageMsMax });
    return [create, remove.map(({ name }) => name)];
  };

  test("go one after the other, each when another stands in its place", () => {
    expect(look([old("a"), old("b")])).toEqual([1, []]);
    expect(look([old("a"), old("b"), fresh("c", "starting")])).toEqual([0, []]);
    expect(look([old("a"), old("b"), fresh("c")])).toEqual([0, ["a"]]);
    expect(look([old("b"), fresh("c")])).toEqual([1, []]);
    expect(look([old("b"), fresh("c"), fresh("d")])).toEqual([0, ["b"]]);
    expect(look([fresh("c"), fresh("d")])).toEqual([0, []]);
  });

  test("stay where no other comes up, and nothing more is made for them", () => {
    expect(look([old("a"), fresh("bad", "failed")], 1)).toEqual([0, []]);
    expect(look([old("a"), waiting("no node", "unschedulable", { createdMs: nowMs - 1 })], 1)).toEqual([
      0,
      [],
    ]);
    expect(look([old("a"), fresh("starts", "starting")])).toEqual([0, []]);
  });

  test("go first where fewer are wanted, and none is made in their place where none is", () => {
    expect(look([fresh("c"), old("a"), fresh("d")])).toEqual([0, ["a"]]);
    expect(look([old("a")], 0)).toEqual([0, ["a"]]);
  });

  test("are so at different times, though they were made at once", () => {
    const atMs = ["a", "b", "c"].map((uid) => replacedAtMs({ uid, createdMs: 0 }, ageMsMax));
    expect(new Set(atMs).size).toBe(3);
    for (const one of atMs) expect(Math.abs(one - ageMsMax)).toBeLessThanOrEqual(0.2 * ageMsMax);
  });
});

describe("kept environments are looked at again", () => {
  test.each<[string, ReturnType<typeof plan>["again"], ReturnType<typeof plan>]>([
    ["soon while a large number is made in rounds", { again: "after", ms: 1_000 }, plan(1000, [])],
    [
      "when a schedule changes the number",
      { again: "after", ms: 700 },
      plan(0, [], { nowMs: 300, nextMs: 1_000 }),
    ],
    ["with everything else while some are wanted", { again: "round" }, plan(1, pods(1, "available"))],
    ["never, once none are wanted", { again: "never" }, plan(0, [])],
  ])("%s", (_, expected, { again }) => {
    expect(again).toEqual(expected);
  });

  test("after a while where there is no room for all: those that fit are made, and the rest is told", () => {
    const { create, problem, again } = plan(3, [], { provision: { allowed: 2, problem: "no room for 3" } });
    expect({ create, again }).toEqual({ create: 2, again: { again: "after", ms: refusedMs } });
    expect(problem).toBe("no room for 3");
  });
});
