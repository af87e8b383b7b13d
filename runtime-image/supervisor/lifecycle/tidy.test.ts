import { expect, test } from "vitest";
import { tidyAfterMs, tidyInvocationsMin } from "../limits.ts";
import { createTidy } from "./tidy.ts";

/** A clock that the test turns. */
function scene() {
  let nowMs = 0;
  let timers: Array<{ atMs: number; call: () => void }> = [];
  const world = { isBusy: false, collected: [] as number[] };
  const tidy = createTidy({
    clock: {
      now: () => nowMs,
      elapsed: () => nowMs,
      turn: () => {},
      after(delayMs, call) {
        timers.push({ atMs: nowMs + delayMs, call });
        return () => {};
      },
    },
    isBusy: () => world.isBusy,
    collect: () => void world.collected.push(nowMs),
  });
  return {
    world,
    timers: () => timers.length,
    use(times: number) {
      for (let count = 0; count < times; count++) tidy.used();
    },
    pass(ms: number) {
      const untilMs = nowMs + ms;
      for (let due = next(); due !== undefined; due = next()) {
        nowMs = due.atMs;
        timers = timers.filter((timer) => timer !== due);
        due.call();
      }
      nowMs = untilMs;
      function next() {
        return timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      }
    },
  };
}

test("garbage is collected once, when nothing came for a while after many invocations", () => {
  const { world, use, pass, timers } = scene();
  use(tidyInvocationsMin);
  expect(timers()).toBe(1);
  pass(tidyAfterMs - 1);
  use(1);
  pass(tidyAfterMs - 1);
  expect(world.collected).toEqual([]);
  pass(1_000_000);
  expect(world.collected).toEqual([2 * tidyAfterMs - 1]);
  expect(timers()).toBe(0);
});

test("a few invocations are not worth it, and none is held up while it runs", () => {
  const { world, use, pass } = scene();
  use(tidyInvocationsMin - 1);
  pass(1_000_000);
  expect(world.collected).toEqual([]);
  world.isBusy = true;
  use(1);
  pass(10 * tidyAfterMs);
  expect(world.collected).toEqual([]);
  world.isBusy = false;
  pass(2 * tidyAfterMs);
  expect(world.collected).toHaveLength(1);
});
