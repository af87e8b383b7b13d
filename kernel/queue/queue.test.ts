import { expect, test } from "vitest";
import { createTestClock, settle } from "../testing/clock.ts";
import { createTestLog, createTestRandom } from "../testing/quiet.ts";
import { type Again, createQueue, failureMs, failureMsMax, roundMs } from "./queue.ts";

function aQueue(handle: (key: string) => Promise<Again>, workersMax = 4) {
  const clock = createTestClock();
  const deps = { clock, random: createTestRandom(), log: createTestLog() };
  const stop = new AbortController();
  const queue = createQueue(deps, { name: "test", workersMax, handle });
  const ended = queue.start(stop.signal);
  return { clock, queue, stop, ended };
}

test("handles a key once however often it is added before its turn", async () => {
  const handled: string[] = [];
  const first = Promise.withResolvers<void>();
  const { queue } = aQueue(async (key) => {
    handled.push(key);
    await first.promise;
    return { again: "never" };
  }, 1);
  queue.add("a");
  for (let i = 0; i < 5; i++) queue.add("b");
  first.resolve();
  await settle();
  expect(handled).toEqual(["a", "b"]);
});

test("never handles one key twice at a time, and handles it again when wanted meanwhile", async () => {
  let inHand = 0;
  let most = 0;
  let times = 0;
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { queue } = aQueue(async () => {
    most = Math.max(most, ++inHand);
    await gates[times++]?.promise;
    inHand--;
    return { again: "never" };
  });
  queue.add("a");
  await settle();
  queue.add("a");
  queue.add("a");
  gates[0]?.resolve();
  await settle();
  gates[1]?.resolve();
  await settle();
  expect([times, most, queue.depth()]).toEqual([2, 1, 0]);
});

test("works on no more keys at once than it has workers", async () => {
  let inHand = 0;
  const gate = Promise.withResolvers<void>();
  const { queue } = aQueue(async () => {
    inHand++;
    await gate.promise;
    return { again: "never" };
  }, 2);
  for (const key of ["a", "b", "c"]) queue.add(key);
  await settle();
  expect([inHand, queue.depth()]).toEqual([2, 3]);
});

test("tries a failed key again, later each time, until it succeeds", async () => {
  const at: number[] = [];
  const { clock, queue } = aQueue(async () => {
    at.push(clock.monotonicMs());
    if (at.length < 4) throw new Error("not yet");
    return { again: "never" };
  });
  queue.add("a");
  await clock.advance(10_000);
  expect(at).toEqual([0, 200, 600, 1400]);
  expect(failureMs(99)).toBe(failureMsMax);
});

test("comes back on the ordinary round although nobody asked", async () => {
  let times = 0;
  const { clock, queue } = aQueue(async () => {
    times++;
    return { again: "round" };
  });
  queue.add("a");
  await clock.advance(roundMs * 2 + 1);
  expect(times).toBe(3);
});

test("takes a waiting key at once when it is added, and does not take it again for the old wait", async () => {
  let times = 0;
  const { clock, queue } = aQueue(
    async () => ({ again: ++times < 2 ? "after" : "never", ms: 5000 }) as Again,
  );
  queue.add("a");
  await settle();
  queue.add("a");
  await clock.advance(20_000);
  expect(times).toBe(2);
});

test("ends when stopped, after what is in hand, and starts nothing more", async () => {
  const gate = Promise.withResolvers<void>();
  const handled: string[] = [];
  const { queue, stop, ended } = aQueue(async (key) => {
    handled.push(key);
    await gate.promise;
    return { again: "round" };
  }, 1);
  queue.add("a");
  queue.add("b");
  await settle();
  stop.abort();
  gate.resolve();
  await ended;
  expect(handled).toEqual(["a"]);
});
