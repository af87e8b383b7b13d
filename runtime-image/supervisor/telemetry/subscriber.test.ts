import { expect, test } from "vitest";
import type { Clock } from "../clock/clock.ts";
import { telemetryBatchesMax, telemetryTriesMax } from "../limits.ts";
import { createSubscriber } from "./subscriber.ts";

/** A clock whose timers run when the test says so. */
function aClock() {
  let nowMs = 0;
  let timers: Array<{ atMs: number; callback: () => void }> = [];
  const clock: Clock = {
    now: () => nowMs,
    elapsed: () => nowMs,
    turn: (callback) => queueMicrotask(callback),
    after(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  };
  async function pass(ms: number): Promise<void> {
    nowMs += ms;
    const due = timers.filter(({ atMs }) => atMs <= nowMs);
    timers = timers.filter((timer) => !due.includes(timer));
    for (const { callback } of due) callback();
    await settled();
  }
  return { clock, pass };
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

const buffering = { maxItems: 1000, maxBytes: 262_144, timeoutMs: 50 };
const event = (n: number) => JSON.stringify({ n });

/** A subscriber whose receiver answers as told. */
function aSubscriber(answer: () => Promise<boolean>) {
  const batches: string[][] = [];
  const { clock, pass } = aClock();
  const subscriber = createSubscriber({ clock }, buffering, (events) => {
    batches.push([...events]);
    return answer();
  });
  return { subscriber, batches, pass };
}

test("a batch leaves after its time, in order", async () => {
  const { subscriber, batches, pass } = aSubscriber(() => Promise.resolve(true));
  subscriber.push(event(1));
  subscriber.push(event(2));
  expect(batches).toEqual([]);
  await pass(50);
  expect(batches).toEqual([[event(1), event(2)]]);
});

test("a batch leaves at once when it is full, by items or by bytes", async () => {
  const { subscriber, batches } = aSubscriber(() => Promise.resolve(true));
  for (let n = 0; n < 1000; n++) subscriber.push(event(n));
  await settled();
  expect(batches.map(({ length }) => length)).toEqual([1000]);
  subscriber.push(`"${"x".repeat(buffering.maxBytes)}"`);
  await settled();
  expect(batches.map(({ length }) => length)).toEqual([1000, 1]);
});

test("bytes are bytes, in whatever script the lines are written", async () => {
  const { subscriber, batches } = aSubscriber(() => Promise.resolve(true));
  // Three bytes each, and one unit of a JavaScript string.
  const line = JSON.stringify("語".repeat(buffering.maxBytes / 6));
  subscriber.push(line);
  subscriber.push(line);
  await settled();
  expect(batches).toEqual([[line, line]]);
});

test("a subscriber that never answers costs no more than its batches; the rest is dropped", async () => {
  const { subscriber, batches, pass } = aSubscriber(() => new Promise(() => {}));
  for (let round = 0; round < 100; round++) {
    subscriber.push(event(round));
    await pass(50);
  }
  expect(batches).toEqual([[event(0)]]);
});

test("what was dropped is counted and told with the next batch that arrives, once", async () => {
  let release = (_: boolean) => {};
  let isHeld = true;
  const { subscriber, batches, pass } = aSubscriber(() =>
    isHeld
      ? new Promise((resolve) => {
          release = resolve;
        })
      : Promise.resolve(true),
  );
  // The one being sent counts among those that wait.
  const rounds = telemetryBatchesMax + 3;
  for (let round = 0; round < rounds; round++) {
    subscriber.push(event(round));
    await pass(50);
  }
  isHeld = false;
  release(true);
  await settled();
  subscriber.push(event(99));
  await pass(50);
  const told = batches.flat().filter((text) => text.includes("platform.logsDropped"));
  expect(told.map((text) => JSON.parse(text).record)).toEqual([
    {
      droppedBytes: 3 * event(0).length,
      droppedRecords: 3,
      reason: expect.stringContaining("dropped"),
    },
  ]);
});

test("a batch that is refused is tried again so often, then dropped", async () => {
  const { subscriber, batches, pass } = aSubscriber(() => Promise.resolve(false));
  subscriber.push(event(1));
  await pass(50);
  for (let tries = 0; tries < 10; tries++) await pass(1000);
  expect(batches).toEqual(Array.from({ length: telemetryTriesMax }, () => [event(1)]));
});
