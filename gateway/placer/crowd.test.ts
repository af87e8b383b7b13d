/** Callers in a closed loop on a node whose CPUs are all busy, on simulated time: how many environments are started for them. */
import { expect, test } from "vitest";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import type { Decision, PlacerEvent } from "./event.ts";
import { createPlacerState } from "./state.ts";
import { step } from "./step.ts";

const target = aTarget({ poolShape: "pool" });
const caps = someCaps();
const callers = 64;
const poolSize = 64;
const claimMs = 25;
const runMs = 2_000;

/** An invocation is 1 ms of work, and waits as long again for a CPU for every environment in use. */
const workMs = 1;

interface Told {
  ranMs?: number;
  cpuWaitMs?: number;
}

/** `gatewayMs`: what the gateway, short of CPU itself, adds to an invocation for every environment in use. */
function environmentsFor(told: (ranMs: number, cpuWaitMs: number) => Told, gatewayMs = 0): number {
  const state = createPlacerState(placerOptions({ requestRatePerConcurrency: 1e9, burstMax: 1e9 }), 1);
  const due: { atMs: number; event: () => PlacerEvent }[] = [];
  const used = new Set<string>();
  let nowMs = 0;
  let serial = 0;
  let inUse = 0;

  const after = (ms: number, event: () => PlacerEvent) => due.push({ atMs: nowMs + ms, event });
  const want = (): PlacerEvent => ({
    type: "want",
    want: { id: `w${serial++}`, from: "us", target, caps, bytes: 1 },
  });
  const invoked = ({ environmentId, grant }: Decision & { type: "grant" }) => {
    const cpuWaitMs = ++inUse * workMs;
    const ranMs = workMs + cpuWaitMs;
    after(ranMs + inUse * gatewayMs, () => {
      inUse--;
      after(0, want);
      return { type: "ended", environmentId, grant, ...told(ranMs, cpuWaitMs) };
    });
  };
  const carryOut = (decision: Decision) => {
    if (decision.type !== "grant" && decision.type !== "assign") return;
    const { environmentId } = decision;
    used.add(environmentId);
    if (decision.type === "assign" || decision.assigned)
      after(claimMs, () => ({ type: "initialized", environmentId, failed: false }));
    if (decision.type === "grant") invoked(decision);
  };
  const happen = (event: PlacerEvent) => {
    for (const decision of step(state, event, nowMs)) carryOut(decision);
  };

  for (let count = 0; count < poolSize; count++)
    happen({
      type: "joined",
      environment: { ...anEnvironment(`e${count}`), shape: "pool", as: { kind: "unclaimed" } },
    });
  happen({ type: "confirmed", joinedAs: state.nextId });
  // One caller first: so what an invocation and a start take is known when the crowd comes.
  happen(want());
  for (let caller = 1; caller < callers; caller++) after(500, want);
  for (let at = 0; at < runMs; at += 20) after(at, () => ({ type: "tick" }));
  while (due.length > 0 && nowMs < runMs) {
    due.sort((a, b) => a.atMs - b.atMs);
    const next = due.shift();
    if (next === undefined) break;
    nowMs = next.atMs;
    happen(next.event());
  }
  return used.size;
}

test("a crowd on a node whose CPUs are all busy starts no environments that would only wait for a CPU too", () => {
  expect(environmentsFor((_, cpuWaitMs) => ({ cpuWaitMs }))).toBeLessThanOrEqual(6);
});

test("what a busy gateway adds counts for no environment's work: no other would be spared it", () => {
  const whole = environmentsFor((_, cpuWaitMs) => ({ cpuWaitMs }), 5);
  const own = environmentsFor((ranMs, cpuWaitMs) => ({ ranMs, cpuWaitMs }), 5);
  expect(own).toBeLessThanOrEqual(6);
  expect(whole).toBeGreaterThan(2 * own);
});

test("without word of the wait, every start makes another look worth while", () => {
  expect(environmentsFor(() => ({}))).toBeGreaterThan(30);
});

test("however long it waited, an invocation counts as a quarter of its time at least: its own limit may have kept it waiting", () => {
  const state = createPlacerState(placerOptions(), 1);
  const as = { kind: "unclaimed" } as const;
  step(state, { type: "joined", environment: { ...anEnvironment("e"), shape: "pool", as } }, 0);
  step(state, { type: "confirmed", joinedAs: state.nextId }, 0);
  for (const atMs of [1_000, 2_000]) {
    const want = { id: `w${atMs}`, from: "us", target, caps, bytes: 1 };
    const [granted] = step(state, { type: "want", want }, atMs);
    if (granted?.type !== "grant") throw new Error("it was not granted the environment");
    const { environmentId, grant } = granted;
    step(state, { type: "initialized", environmentId, failed: false }, atMs);
    step(state, { type: "ended", environmentId, grant, cpuWaitMs: 100 }, atMs + 100);
  }
  expect(state.revisions.get(target.key)).toMatchObject({ durationMs: 100, workMs: 25 });
});
