/**
 * A burst while the pool is refilled, on simulated time: how many environments are started for it, and what is left for the others
 * that live off the same pool.
 */
import { expect, test } from "vitest";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import type { Decision, PlacerEvent } from "./event.ts";
import { placerLimits } from "./limits.ts";
import { createPlacerState, type Target } from "./state.ts";
import { step } from "./step.ts";

const caps = someCaps();
const burst = pooled("burst");
const other = pooled("other");

function pooled(name: string): Target {
  return aTarget({ key: `team/${name}-1`, functionKey: `team/${name}`, poolShape: "pool" });
}

const claimMs = 20;

interface WorldOptions {
  poolSize: number;
  /** What the operator's pods and our own take to dial home. */
  refillMs: number;
  createMs: number;
  /** What an invocation takes; for ever where there is none. */
  runMs?: number;
}

/** A placer, pods that take their time, an operator that puts back what was claimed, and functions. */
function aWorld({ poolSize, refillMs, createMs, runMs }: WorldOptions) {
  const state = createPlacerState(placerOptions(), 1);
  const due: { atMs: number; call: () => void }[] = [];
  const servedAtMs = new Map<string, number>();
  let nowMs = 0;
  let serial = 0;
  let made = 0;
  let claimed = 0;

  const happen = (event: PlacerEvent) => {
    for (const decision of step(state, event, nowMs)) carryOut(decision);
  };
  const after = (ms: number, call: () => void) => due.push({ atMs: nowMs + ms, call });
  const join = (as: { kind: "unclaimed" } | { kind: "fresh"; target: Target }) => {
    const shape = as.kind === "fresh" ? "own" : "pool";
    happen({ type: "joined", environment: { ...anEnvironment(`e${serial++}`), shape, as } });
    happen({ type: "confirmed", joinedAs: state.nextId });
  };
  const taken = (environmentId: string) => {
    if (!poolPods.has(environmentId)) return;
    claimed++;
    after(refillMs, refill);
  };
  const poolPods = new Set<string>();
  const refill = () => {
    poolPods.add(`e${serial}`);
    join({ kind: "unclaimed" });
  };
  const carryOut = (decision: Decision) => {
    switch (decision.type) {
      case "grant":
        servedAtMs.set(decision.wantId, nowMs);
        if (runMs !== undefined) after(decision.assigned ? claimMs + runMs : runMs, () => ended(decision));
        if (!decision.assigned) return;
        taken(decision.environmentId);
        after(claimMs, () => initialized(decision.environmentId));
        return;
      case "assign":
        taken(decision.environmentId);
        after(claimMs, () => initialized(decision.environmentId));
        return;
      case "create": {
        const { startId, target } = decision;
        made++;
        after(createMs, () => {
          join({ kind: "fresh", target });
          happen({ type: "started", revisionKey: target.key, startId });
        });
        return;
      }
      case "refuse":
      case "confirm":
      case "dismiss":
      case "recall":
        return;
    }
  };
  const ended = ({ environmentId, grant }: Decision & { type: "grant" }) =>
    happen({ type: "ended", environmentId, grant, cpuWaitMs: undefined });
  const initialized = (environmentId: string) =>
    happen({ type: "initialized", environmentId, failed: false });
  for (let count = 0; count < poolSize; count++) refill();
  return {
    want(target: Target): string {
      const id = `w${serial++}`;
      happen({ type: "want", want: { id, from: "us", target, caps, bytes: 1 } });
      return id;
    },
    pass(ms: number) {
      const untilMs = nowMs + ms;
      for (; nowMs < untilMs; nowMs += 10) {
        for (const one of due.splice(0)) {
          if (one.atMs <= nowMs) one.call();
          else due.push(one);
        }
        happen({ type: "tick" });
      }
    },
    started: () => made + claimed,
    made: () => made,
    servedAtMs: (wantId: string) => servedAtMs.get(wantId),
    served: () => servedAtMs.size,
    pooled: () => state.pools.get("team/pool")?.length ?? 0,
  };
}

const worlds: [string, WorldOptions][] = [
  ["comes later than the pods of its own", { poolSize: 2, refillMs: 1_500, createMs: 1_000 }],
  ["comes sooner than the pods of its own", { poolSize: 2, refillMs: 400, createMs: 1_000 }],
  ["comes at the same time", { poolSize: 5, refillMs: 1_000, createMs: 1_000 }],
];

test.each(worlds)("a burst starts one environment for each request when the refill %s", (_, of) => {
  const world = aWorld(of);
  for (let count = 0; count < 20; count++) world.want(burst);
  world.pass(30_000);
  expect(world.served()).toBe(20);
  expect(world.started()).toBe(20);
});

test("the first crowd of a function whose answers are quick is served by what the pool has, one at first: no pod is made for it", () => {
  const world = aWorld({ poolSize: 5, refillMs: 2_000, createMs: 800, runMs: 1 });
  for (let count = 0; count < 20; count++) world.want(burst);
  expect(world.started()).toBe(1);
  world.pass(1_000);
  expect([world.served(), world.made()]).toEqual([20, 0]);
});

test("where the first answers do not come, pods are made for the whole crowd long before the first of them would have been there", () => {
  const world = aWorld({ poolSize: 3, refillMs: 20_000, createMs: 800, runMs: 60_000 });
  for (let count = 0; count < 10; count++) world.want(burst);
  world.pass(placerLimits.createMsExpected * placerLimits.learnShare + 50);
  expect([world.served(), world.made()]).toEqual([3, 7]);
});

test("what is refilled goes to those that no pod is under way for", () => {
  const world = aWorld({ poolSize: 1, refillMs: 400, createMs: 100_000 });
  for (let count = 0; count < placerLimits.startingMax + 5; count++) world.want(burst);
  world.pass(20_000);
  // Half of the starts are a single function's; the rest have nothing under way, and live off the pool.
  expect(world.served()).toBeGreaterThanOrEqual(placerLimits.startingMax / 2);
});

test("a pod that is long overdue is not waited for: what is refilled goes to its request", () => {
  const world = aWorld({ poolSize: 1, refillMs: 5_000, createMs: 200_000 });
  world.want(burst);
  const second = world.want(burst);
  world.pass(20_000);
  expect(world.servedAtMs(second)).toBeDefined();
});

test("a burst leaves the pool's last environment to the one cold start of another function", () => {
  const world = aWorld({ poolSize: 3, refillMs: 2_000, createMs: 2_000 });
  world.want(other);
  world.pass(10_000);
  for (let count = 0; count < 50; count++) world.want(burst);
  const third = pooled("third");
  const one = world.want(third);
  expect(world.servedAtMs(one)).toBe(10_000);
});

test("a function that has the pool to itself may take all of it, once the first has not answered soon", () => {
  const world = aWorld({ poolSize: 3, refillMs: 2_000, createMs: 2_000 });
  for (let count = 0; count < 3; count++) world.want(burst);
  expect(world.pooled()).toBe(2);
  world.pass(placerLimits.learnMs + 50);
  expect(world.pooled()).toBe(0);
});

test("when a pool is empty, what is refilled goes first to the function that has none", () => {
  const refillMs = placerLimits.lastKeptMs + 1_000;
  const world = aWorld({ poolSize: 1, refillMs, createMs: 100_000 });
  for (let count = 0; count < 50; count++) world.want(burst);
  world.pass(refillMs - 100);
  const one = world.want(other);
  world.pass(200);
  expect(world.servedAtMs(one)).toBeDefined();
});

test("pods under way for a burst leave room for another function's", () => {
  const world = aWorld({ poolSize: 0, refillMs: 0, createMs: 1_000 });
  for (let count = 0; count < 50; count++) world.want(burst);
  const one = world.want(other);
  world.pass(1_100);
  expect(world.servedAtMs(one)).toBeLessThanOrEqual(1_020);
});
