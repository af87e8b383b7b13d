/**
 * How soon requests run again when the placer goes, in simulated time and otherwise calm weather: three seconds after it is killed, at
 * once after it leaves or its watches hang. The requests come to the other gateways, as many before as after.
 */
import { expect, test } from "vitest";
import { functions } from "./functions.ts";
import type { Request } from "./surroundings.ts";
import { createWorld, type Stage } from "./world.ts";

const seeds = Number(process.env.KAMBDA_SEEDS ?? 100);
const first = Number(process.env.KAMBDA_SEED ?? 1);
/** Of this machine's own time, for all seeds of a test. */
const runMsMax = 300_000;
/** Few enough that the limit is seldom in the way. */
const everyMs = 300;
const lookMs = 12_000;
/** So many at a time that no limit is in the way: what its asker has an answer to may count for some milliseconds yet. */
const belowLimit = 3;
/** The longest invocation and its start. */
const finishedMs = 10_000;
const recoveredMsMax = 3_000;
/** A few messages and calls, and requests that may find the limit in their way: one comes each `everyMs`. */
const atOnceMsMax = 5 * everyMs;
/** Four calls to the API server, of at most 22 ms here, and two messages: nobody waits for a beat. */
const emptyMsMax = 120;
/** Until the staleness is told, a second; and until it is acted on. */
const noticedMsMax = 1_500;

const ways: [string, (stage: Stage, slot: number) => void, number][] = [
  ["3 s after the placer was killed", (stage, slot) => stage.crashAt(slot), recoveredMsMax],
  ["at once after the placer left", leave, atOnceMsMax],
];

test.each(ways)(
  "requests run as before %s",
  (_, go, withinMs) => {
    for (let seed = first; seed < first + seeds; seed++) {
      const stage = createWorld(seed, true);
      stage.pass(5_000);
      const slot = placingAt(stage);
      const before = runningFor(stage, slot, lookMs);
      go(stage, slot);
      const gapMs = firstRunMs(stage, slot);
      const what = `seed ${seed}: the first ran after ${gapMs} ms`;
      expect(gapMs, what).toBeLessThanOrEqual(withinMs);
      runningFor(stage, slot, Math.max(0, withinMs - gapMs));
      expect(runningFor(stage, slot, lookMs), what).toBeGreaterThanOrEqual(before * 0.6);
    }
  },
  runMsMax,
);

test.each<[string, (stage: Stage, slot: number) => void]>([
  ["is killed", (stage, slot) => stage.crashAt(slot)],
  ["leaves", leave],
])(
  "requests wait rather than fail: when the placer %s, each that comes from then on runs, once",
  (_, go) => {
    for (let seed = first; seed < first + seeds; seed++) {
      const stage = createWorld(seed, true);
      stage.pass(5_000);
      const slot = placingAt(stage);
      go(stage, slot);
      const asked: Request[] = [];
      for (let passedMs = 0; passedMs < lookMs; passedMs += everyMs) {
        const one = stage.requests.size < belowLimit ? ask(stage, slot) : undefined;
        if (one !== undefined) asked.push(one);
        stage.pass(everyMs);
      }
      stage.pass(finishedMs);
      expect(asked.length, `seed ${seed}`).toBeGreaterThan(lookMs / everyMs / 4);
      for (const { id, ranIn, answers } of asked)
        expect([ranIn.length, answers], `seed ${seed}: ${id} ran, and was answered`).toEqual([1, 1]);
    }
  },
  runMsMax,
);

test(
  "the seat of a placer that leaves is taken at once",
  () => {
    for (let seed = first; seed < first + seeds; seed++) {
      const stage = createWorld(seed, true);
      stage.pass(5_000);
      leave(stage, placingAt(stage));
      stage.pass(emptyMsMax);
      expect(placingAt(stage), `seed ${seed}`).not.toBe(-1);
    }
  },
  runMsMax,
);

test(
  "the seat goes to a gateway whose watches work at once when the placer's hang, and stays there while they do",
  () => {
    for (let seed = first; seed < first + seeds; seed++) {
      const stage = createWorld(seed, true);
      stage.pass(5_000);
      const slot = placingAt(stage);
      stage.gateways[slot]?.hangWatches(1e9);
      stage.pass(noticedMsMax);
      const next = placingAt(stage);
      expect(next, `seed ${seed}`).not.toBe(slot);
      stage.pass(lookMs);
      expect(placingAt(stage), `seed ${seed}`).toBe(next);
    }
  },
  runMsMax,
);

test("with all watches hanging who places goes on", () => {
  const stage = createWorld(first, true);
  stage.pass(5_000);
  const slot = placingAt(stage);
  for (const gateway of stage.gateways) if (gateway?.slot !== slot) gateway?.hangWatches(1e9);
  stage.pass(noticedMsMax);
  stage.gateways[slot]?.hangWatches(1e9);
  stage.pass(lookMs);
  expect(placingAt(stage)).toBe(slot);
});

function placingAt(stage: Stage): number {
  return stage.gateways.findIndex((gateway) => gateway?.state.seat.at === "placing");
}

/** Lets go of the seat, finishes what it has, and ends. */
function leave(stage: Stage, slot: number): void {
  const gateway = stage.gateways[slot];
  gateway?.happen({ type: "leave" });
  gateway?.happen({ type: "quiet" });
  stage.time.after(2_000, () => stage.gateways[slot] === gateway && stage.crashAt(slot));
}

/** How many invocations began meanwhile. */
function runningFor(stage: Stage, exceptSlot: number, ms: number): number {
  const { ran } = stage.told;
  for (let passedMs = 0; passedMs < ms; passedMs += everyMs) {
    ask(stage, exceptSlot);
    stage.pass(everyMs);
  }
  return stage.told.ran - ran;
}

/** How long it took until one began that was asked for after this. */
function firstRunMs(stage: Stage, exceptSlot: number): number {
  const asked: ReturnType<typeof ask>[] = [];
  for (let passedMs = 0; passedMs < 20_000; passedMs += everyMs) {
    asked.push(ask(stage, exceptSlot));
    stage.pass(everyMs);
    if (asked.some((one) => (one?.ranIn.length ?? 0) > 0)) return passedMs + everyMs;
  }
  return Number.POSITIVE_INFINITY;
}

function ask(stage: Stage, exceptSlot: number) {
  const others = stage.gateways.filter((gateway) => gateway !== undefined && gateway.slot !== exceptSlot);
  const gateway = stage.chance.pick(others);
  const [of] = functions.filter(({ functionKey }) => functionKey.endsWith("/pooled"));
  return gateway === undefined || of === undefined ? undefined : stage.requestAt(gateway, of);
}
