import { expect, test } from "vitest";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { createMade, startingMsMax } from "./starting.ts";

/** A watch that tells when the test says so, as a reflector does. */
function aWatch() {
  const known = new Map<string, object>();
  const listeners = new Set<(key: string) => void>();
  const pods = {
    get: (key: string) => known.get(key),
    onChange: (listener: (key: string) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const tell = (key: string, pod?: object) => {
    if (pod === undefined) known.delete(key);
    else known.set(key, pod);
    for (const listener of listeners) listener(key);
  };
  return { pods, tell };
}

test("a pod just made counts for everything but what it was made for, until the watch tells of it or it is given up", async () => {
  const clock = createTestClock();
  const { pods, tell } = aWatch();
  const made = createMade({ watches: { pods } as never, clock }, new AbortController().signal);
  made.add("a/one", "a");
  await clock.advance(1_000);
  made.add("b/two", "b");
  expect([made.unseenBut("a"), made.unseenBut("b"), made.unseenBut("c")]).toEqual([[0], [1_000], [1_000, 0]]);
  tell("a/one", {});
  tell("a/one");
  expect(made.unseenBut("c")).toEqual([0]);
  tell("a/early", {});
  made.add("a/early", "a");
  expect(made.unseenBut("c")).toEqual([0]);
  await clock.advance(startingMsMax);
  expect(made.unseenBut("c")).toEqual([]);
});
