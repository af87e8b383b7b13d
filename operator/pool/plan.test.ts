import { describe, expect, test } from "vitest";
import type { Shape } from "../../kernel/pod/shape.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { fc } from "../../test/support/properties.ts";
import { failureMsMin } from "../backoff.ts";
import { startingMsMax } from "../pod/starting.ts";
import { crowdedAgainMs, type PoolObserved, type PoolPlan, type PoolPod, planPool } from "./plan.ts";
import { restMsMax } from "./rest.ts";

const shape = (hash: string): Shape => ({
  hash,
  namespace: "team",
  image: "image",
  runtime: "nodejs24.x",
  architecture: "x86_64",
  memoryMb: 256,
  storageMb: 512,
  network: undefined,
  runtimeClassName: undefined,
});
const wanted = (hash: string, functions = 1) => ({
  shape: shape(hash),
  template: "t",
  functions,
  takenMs: [] as number[],
});
const pod = (name: string, over: Partial<PoolPod> = {}): PoolPod => ({
  name,
  uid: name,
  shape: "a",
  template: "t",
  createdMs: 0,
  state: "running",
  ...over,
});
const observed = (over: Partial<PoolObserved> = {}): PoolObserved => ({
  nowMs: 1_000_000,
  shapes: [wanted("a")],
  pods: [],
  elsewhere: 0,
  startingElsewhereMs: [],
  lastUseMs: 1_000_000,
  refusedUntilMs: undefined,
  starving: undefined,
  ...over,
});
const settings = (pools: object = {}) => settingsSchema.parse({ pools });
const removed = (plan: PoolPlan) => plan.remove.map((one) => [one.name, one.reason]);

describe("a namespace's pools", () => {
  test("have an environment for each shape in use", () => {
    const plan = planPool(observed({ shapes: [wanted("a"), wanted("b")] }), settings());
    expect(plan.create.map((one) => one.hash)).toEqual(["a", "b"]);
  });

  test("are refilled when one was claimed or left", () => {
    const pods = [pod("p1", { state: "leaving" }), pod("p2")];
    expect(planPool(observed({ pods }), settings({ sizeMin: 2 })).create).toHaveLength(1);
  });

  test("count an environment that is still starting: a slow cluster is not flooded", () => {
    expect(planPool(observed({ pods: [pod("p", { state: "starting" })] }), settings()).create).toEqual([]);
  });

  test("are filled a few at a time, those on their way counted, over all shapes", () => {
    const shapes = [wanted("a"), wanted("b")];
    const some = settings({ sizeMin: 5, startingMax: 3 });
    expect(planPool(observed({ shapes }), some).create).toHaveLength(3);
    const young = { state: "starting", createdMs: 999_000 } as const;
    const pods = [pod("p1", young), pod("p2", { shape: "b", ...young }), pod("p3")];
    expect(planPool(observed({ shapes, pods }), some).create).toHaveLength(1);
  });

  test("wait for those that start, and no longer for one that does not: a shape that cannot start holds up no other", () => {
    const shapes = [wanted("a"), wanted("b"), wanted("c")];
    const starting = (createdMs: number) =>
      ["a", "b"].map((of) => pod(of, { shape: of, state: "starting", createdMs }));
    const soon = planPool(observed({ shapes, pods: starting(999_000) }), settings());
    expect([soon.create, soon.againMs]).toEqual([[], startingMsMax - 1_000]);
    const late = planPool(observed({ shapes, pods: starting(1_000_000 - startingMsMax) }), settings());
    expect([late.create.map((one) => one.hash), removed(late)]).toEqual([["c"], []]);
  });

  test("wait for those of other namespaces that start as for their own: together they are what the nodes are at work on", () => {
    const shapes = [wanted("a"), wanted("b"), wanted("c")];
    const one = planPool(observed({ shapes, startingElsewhereMs: [4_000] }), settings());
    expect([one.create.length, one.waitsForStarts]).toEqual([1, true]);
    const held = planPool(observed({ shapes, startingElsewhereMs: [1_000, 4_000, 500] }), settings());
    expect([held.create, held.waitsForStarts, held.againMs]).toEqual([[], true, startingMsMax - 4_000]);
    const full = planPool(observed({ pods: [pod("p")], startingElsewhereMs: [1_000, 4_000] }), settings());
    expect(full.waitsForStarts).toBe(false);
  });

  test("grow to what was taken at once, and are looked at again when that is minutes old", () => {
    const busy = { ...wanted("a"), takenMs: [990_000, 990_500, 991_000] };
    const plan = planPool(observed({ shapes: [busy, wanted("b")] }), settings({ startingMax: 10 }));
    expect(plan.create.map((one) => one.hash)).toEqual(["a", "a", "a", "b"]);
    expect(plan.againMs).toBe(290_000);
  });

  test("rest while a crowd takes from them: what starts would take the processors from those who have just claimed", () => {
    const crowd = { ...wanted("a"), takenMs: [999_700, 999_800, 999_900] };
    const rests = planPool(observed({ shapes: [crowd, wanted("b")] }), settings());
    expect([rests.create, rests.againMs]).toEqual([[], 900]);
    const over = planPool(observed({ nowMs: 1_000_900, shapes: [crowd, wanted("b")] }), settings());
    expect(over.create).toHaveLength(2);
  });

  test("shrink to the minimum when the demand is over, and never below it", () => {
    const busy = { ...wanted("a"), takenMs: [600_000, 600_500, 601_000] };
    const pods = [pod("p1"), pod("p2"), pod("p3")];
    expect(removed(planPool(observed({ shapes: [busy], pods }), settings({ sizeMin: 2 })))).toEqual([
      ["p3", "surplus"],
    ]);
  });

  test("grow no further than they may, and take no other's minimum", () => {
    const busy = { ...wanted("a", 9), takenMs: Array.from({ length: 40 }, () => 999_000) };
    const shapes = [busy, wanted("b")];
    expect(planPool(observed({ shapes }), settings({ sizeMax: 3 })).wanted).toBe(4);
    const tight = planPool(observed({ shapes }), settings({ sizeMaxPerNamespace: 3, startingMax: 10 }));
    expect(tight.create.map((one) => one.hash)).toEqual(["a", "a", "b"]);
  });

  test("that find no room beside those of other namespaces look again soon: those may shrink", () => {
    const pools = settings({ sizeMin: 2, sizeMaxPerNamespace: 10, sizeMaxTotal: 10 });
    const crowded = planPool(observed({ elsewhere: 9 }), pools);
    expect([crowded.create.length, crowded.againMs]).toEqual([1, crowdedAgainMs]);
    expect(planPool(observed({ elsewhere: 8 }), pools).againMs).toBe(3_600_000);
  });

  test("are given up where nothing was in use for long", () => {
    const idle = observed({ pods: [pod("p")], lastUseMs: 1_000_000 - 3_600_000 });
    expect(removed(planPool(idle, settings()))).toEqual([["p", "unused"]]);
  });

  test("are looked at again when the idle time will be over", () => {
    const plan = planPool(observed({ pods: [pod("p")], lastUseMs: 999_000 }), settings());
    expect(plan.againMs).toBe(3_599_000);
  });

  test("keep no environment of a shape that no function has", () => {
    expect(removed(planPool(observed({ pods: [pod("p", { shape: "z" })] }), settings()))).toContainEqual([
      "p",
      "unused",
    ]);
  });

  test("keep the running ones when there are too many", () => {
    const pods = [pod("new", { state: "starting", createdMs: 1 }), pod("old", { createdMs: 5 })];
    expect(removed(planPool(observed({ pods }), settings()))).toEqual([["new", "surplus"]]);
  });

  test("roll after a change: the new one is made, the old one goes once the new one runs", () => {
    const old = pod("old", { template: "before" });
    const first = planPool(observed({ pods: [old] }), settings());
    expect([first.create.length, removed(first)]).toEqual([1, []]);
    const second = planPool(observed({ pods: [old, pod("new", { state: "starting" })] }), settings());
    expect([second.create.length, removed(second)]).toEqual([0, []]);
    const third = planPool(observed({ pods: [old, pod("new")] }), settings());
    expect([third.create.length, removed(third)]).toEqual([0, [["old", "outdated"]]]);
  });

  test("roll at once what has not started: what was mended may be what it waits for", () => {
    const stuck = { template: "before", state: "starting", createdMs: 999_000 } as const;
    const pods = [pod("p1", stuck), pod("p2", stuck)];
    const plan = planPool(observed({ pods }), settings({ sizeMin: 2 }));
    expect([plan.create.length, removed(plan)]).toEqual([
      2,
      [
        ["p1", "outdated"],
        ["p2", "outdated"],
      ],
    ]);
  });

  test("serve the shape that most functions share when the limit bites", () => {
    const shapes = [wanted("a", 1), wanted("b", 9)];
    expect(
      planPool(observed({ shapes }), settings({ sizeMaxPerNamespace: 1 })).create.map((one) => one.hash),
    ).toEqual(["b"]);
  });

  test("wait while the cluster refuses pods, and come back then", () => {
    const plan = planPool(observed({ refusedUntilMs: 1_030_000 }), settings());
    expect([plan.create, plan.againMs]).toEqual([[], 30_000]);
  });

  test("yield to functions that lack quota: other shapes go, their own stays, none is made meanwhile", () => {
    const world = observed({
      shapes: [wanted("a"), wanted("b"), wanted("c")],
      pods: [pod("p", { shape: "a" }), pod("q", { shape: "b" })],
      starving: { shapes: new Set(["a"]), untilMs: 1_060_000 },
    });
    const plan = planPool(world, settings());
    expect([plan.create, removed(plan), plan.againMs]).toEqual([[], [["q", "yielding"]], 60_000]);
  });

  test("wait longer after each environment that died", () => {
    const dead = (name: string, atMs: number) =>
      pod(name, { state: "failed", failure: { atMs, message: `${name} ended` } });
    const plan = planPool(observed({ pods: [dead("p", 999_000), dead("q", 1_000_000)] }), settings());
    expect([plan.create, plan.againMs]).toEqual([[], failureMsMin * 2]);
    expect(plan.heldBack).toEqual({ atMs: 1_000_000, message: "q ended" });
    // As many as are made at once may end of one cause at once.
    const pair = planPool(
      observed({ pods: [dead("p", 999_000), dead("q", 1_000_000)] }),
      settings({ sizeMin: 2 }),
    );
    expect([pair.create, pair.againMs]).toEqual([[], failureMsMin]);
    const later = observed({
      nowMs: 1_000_000 + failureMsMin * 2,
      pods: [dead("p", 999_000), dead("q", 1_000_000)],
    });
    expect([planPool(later, settings()).create.length, planPool(later, settings()).heldBack]).toEqual([
      1,
      undefined,
    ]);
  });

  test("are none when switched off", () => {
    const plan = planPool(observed({ pods: [pod("p")] }), settings({ enabled: false }));
    expect([plan.create, removed(plan)]).toEqual([[], [["p", "unused"]]]);
  });
});

const arbitraryPod = fc.record({
  uid: fc.uuid(),
  shape: fc.constantFrom("a", "b", "c"),
  template: fc.constantFrom("t", "before"),
  createdMs: fc.nat(1000),
  state: fc.constantFrom("starting" as const, "running" as const),
});

/** The world after the plan was carried out and everything started. */
function carriedOut(of: PoolObserved, plan: PoolPlan): PoolObserved {
  const gone = new Set(plan.remove.map((one) => one.uid));
  const made = plan.create.map((one, index) => pod(`made-${index}-${of.pods.length}`, { shape: one.hash }));
  const pods = [...of.pods.filter((one) => !gone.has(one.uid)), ...made];
  return { ...of, pods: pods.map((one) => ({ ...one, state: "running" })) };
}

const arbitraryObserved = fc
  .record({
    pods: fc.array(arbitraryPod, { maxLength: 12 }),
    elsewhere: fc.nat(6),
    idle: fc.boolean(),
    taken: fc.array(fc.integer({ min: 600_000, max: 1_000_000 })),
  })
  .map(({ pods, elsewhere, idle, taken }) =>
    observed({
      pods: pods.map((one) => ({ ...one, name: one.uid })),
      shapes: [{ ...wanted("a"), takenMs: taken }, wanted("b", 2)],
      elsewhere,
      lastUseMs: idle ? -1e9 : 1_000_000,
    }),
  );
const arbitrarySettings = fc
  .record({ sizeMin: fc.nat(4), sizeMaxPerNamespace: fc.nat(6), sizeMaxTotal: fc.nat(8) })
  .map(settings);

test("plans come to rest once a crowd is served, at what was wanted and within every limit", () => {
  fc.assert(
    fc.property(arbitraryObserved, arbitrarySettings, (start, limits) => {
      // While a crowd takes, nothing is made: the world of the first plan is carried out, then the crowd is over.
      let world = carriedOut(start, planPool(start, limits));
      world = { ...world, nowMs: world.nowMs + restMsMax };
      let plan = planPool(world, limits);
      for (let round = 0; round < 8; round++) {
        world = carriedOut(world, plan);
        plan = planPool(world, limits);
      }
      expect([plan.create, plan.remove]).toEqual([[], []]);
      expect(world.pods.length).toBe(plan.wanted);
      expect(plan.wanted).toBeLessThanOrEqual(limits.pools.sizeMaxPerNamespace);
      expect(plan.wanted + world.elsewhere).toBeLessThanOrEqual(
        Math.max(limits.pools.sizeMaxTotal, world.elsewhere),
      );
    }),
  );
});

test("a plan never removes and creates so that fewer than wanted run meanwhile", () => {
  fc.assert(
    fc.property(arbitraryObserved, arbitrarySettings, (world, limits) => {
      const plan = planPool(world, limits);
      const gone = new Set(plan.remove.map((one) => one.uid));
      for (const { shape } of world.shapes) {
        const before = world.pods.filter((one) => one.shape === shape.hash && one.state === "running").length;
        const after = world.pods.filter(
          (one) => one.shape === shape.hash && one.state === "running" && !gone.has(one.uid),
        ).length;
        const share = plan.wanted === 0 ? 0 : Math.min(limits.pools.sizeMin, before);
        if (plan.wanted === world.shapes.length * limits.pools.sizeMin)
          expect(after).toBeGreaterThanOrEqual(share);
      }
    }),
  );
});
