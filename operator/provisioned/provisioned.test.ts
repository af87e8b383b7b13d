import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anAlias, aVersion } from "../../kernel/testing/objects.ts";
import { intentFor, splitByWeight } from "./intent.ts";
import { createdMaxPerRound, type ProvisionedObserved, planProvisioned, refusedMs } from "./plan.ts";
import type { KeptPod } from "./pods.ts";
import { provisionedStatus } from "./status.ts";

const pod = (name: string, state: KeptPod["state"], createdMs = 0): KeptPod => ({
  name,
  uid: name,
  createdMs,
  state,
});
const pods = (count: number, state: KeptPod["state"]) =>
  Array.from({ length: count }, (_, index) => pod(`${state}-${index}`, state));
const budget = { reserved: undefined, others: 0, account: 5_000, reservedSum: 0, unreservedMin: 100 };
const plan = (wanted: number, all: KeptPod[], over: Partial<ProvisionedObserved> = {}) =>
  planProvisioned({ nowMs: 0, wanted, nextMs: undefined, pods: all, budget, ...over });
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
    expect(plan(1000, [])).toMatchObject({ create: createdMaxPerRound, remove: [] });
    expect(plan(2, pods(2, "starting"))).toMatchObject({ create: 0, remove: [] });
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
    const { create, problem, again } = plan(3, [], { budget: { ...budget, reserved: 2 } });
    expect({ create, again }).toEqual({ create: 2, again: { again: "after", ms: refusedMs } });
    expect(problem).toContain("the function reserves 2");
  });
});

describe("status", () => {
  const kept = (wanted: number, all: KeptPod[], refusal?: string) => ({ wanted, pods: all, refusal });
  test("says how far it is", () => {
    expect(provisionedStatus([])).toBeUndefined();
    expect(provisionedStatus([kept(2, [])])).toEqual({
      status: "IN_PROGRESS",
      requested: 2,
      available: 0,
      allocated: 0,
    });
    const half = [...pods(1, "available"), ...pods(1, "starting")];
    expect(provisionedStatus([kept(2, half)])).toMatchObject({
      status: "IN_PROGRESS",
      available: 1,
      allocated: 2,
    });
    expect(provisionedStatus([kept(2, pods(2, "available"))])).toMatchObject({
      status: "READY",
      available: 2,
    });
  });

  test("adds up what an alias shares, and counts no more than was asked for", () => {
    const status = provisionedStatus([kept(1, pods(3, "available")), kept(1, [])]);
    expect(status).toEqual({ status: "IN_PROGRESS", requested: 2, available: 1, allocated: 1 });
  });

  test("is FAILED with the cluster's words, or Lambda's for an INIT that fails", () => {
    expect(provisionedStatus([kept(1, [], "exceeded quota: pods")])).toMatchObject({
      status: "FAILED",
      statusReason: "exceeded quota: pods",
    });
    expect(provisionedStatus([kept(1, pods(1, "failed"))])).toMatchObject({
      status: "FAILED",
      statusReason: "FUNCTION_ERROR_INIT_FAILURE",
    });
  });
});
