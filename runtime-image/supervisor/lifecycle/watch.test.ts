import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties.ts";
import { memoryPollMs, tasksMax } from "../limits.ts";
import type { Usage } from "../process/usage.ts";
import { type Excess, excessOf } from "./excess.ts";
import { createWatch } from "./watch.ts";

const allowed = { memorySizeMb: 128, ephemeralStorageMb: 512 };
const within = { memoryMb: 128, tasks: tasksMax, storageMb: 512 };

test("what was given may be used to the last megabyte", () => {
  expect(excessOf(within, allowed)).toBeUndefined();
  expect(excessOf({ ...within, storageMb: undefined }, allowed)).toBeUndefined();
});

test("more than that is an error that says what", () => {
  expect(excessOf({ ...within, memoryMb: 128.1 }, allowed)).toMatchObject({
    errorType: "Runtime.OutOfMemory",
    message: "Runtime exited with error: signal: killed",
  });
  expect(excessOf({ ...within, tasks: 1025 }, allowed)).toMatchObject({
    errorType: "Function.ProcessLimitExceeded",
    message: "The function ran 1025 processes and threads; 1024 are allowed",
  });
  expect(excessOf({ ...within, storageMb: 600.5 }, allowed)).toEqual({
    errorType: "Function.EphemeralStorageExceeded",
    message: "/tmp held 601 MB; the function's ephemeral storage is 512 MB",
    emptiesStorage: true,
  });
});

/** A clock that a test turns, and what the function holds at each moment. */
function scene(held: () => Usage) {
  let nowMs = 0;
  let timers: Array<{ atMs: number; call: () => void }> = [];
  const found: Excess[] = [];
  let looks = 0;
  const watch = createWatch(
    {
      clock: {
        now: () => nowMs,
        elapsed: () => nowMs,
        turn: () => {},
        after(delayMs, call) {
          const timer = { atMs: nowMs + delayMs, call };
          timers.push(timer);
          return () => {
            timers = timers.filter((one) => one !== timer);
          };
        },
      },
      usage: () => {
        looks += 1;
        return held();
      },
      storage: { step: () => 0 },
      exceeded: (excess) => void found.push(excess),
    },
    allowed,
  );
  function pass(ms: number): void {
    const endMs = nowMs + ms;
    for (;;) {
      const due = timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      timers = timers.filter((one) => one !== due);
      nowMs = Math.max(nowMs, due.atMs);
      due.call();
    }
    nowMs = endMs;
  }
  return { watch, found, pass, looks: () => looks, isIdle: () => timers.length === 0 };
}

test("an excess is told once, and then nothing is looked at any more", () => {
  let memoryMb = 10;
  const { watch, found, pass, isIdle } = scene(() => ({ memoryMb, tasks: 1 }));
  watch.start();
  pass(1000);
  expect(found).toEqual([]);
  memoryMb = 129;
  pass(1000);
  expect(found).toHaveLength(1);
  expect(isIdle()).toBe(true);
  expect(watch.peakMb()).toBe(129);
});

test("however short the invocations are, the function is looked at as often as the limits say", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { minLength: 20, maxLength: 200 }), (turns) => {
      const { watch, pass, looks } = scene(() => ({ memoryMb: 10, tasks: 1 }));
      let runMs = 0;
      for (const [runsMs, restsMs] of turns) {
        const stop = watch.start();
        pass(runsMs);
        stop();
        pass(restsMs);
        runMs += runsMs;
      }
      expect(looks()).toBeGreaterThanOrEqual(Math.floor(runMs / (memoryPollMs + 60)));
    }),
  );
});

test("nothing is looked at between invocations", () => {
  const { watch, pass, looks } = scene(() => ({ memoryMb: 10, tasks: 1 }));
  watch.start()();
  const before = looks();
  pass(10_000);
  expect(looks()).toBe(before);
});
