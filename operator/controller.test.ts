import { expect, test } from "vitest";
import type { Listener } from "../kernel/reflector/cache.ts";
import { createTestClock, settle } from "../kernel/testing/clock.ts";
import { createTestLog, createTestRandom } from "../kernel/testing/quiet.ts";
import { type Controlled, createController, roundsMax } from "./controller.ts";
import { createOperatorMetrics } from "./metrics.ts";

type Action = { action: "move" } | { action: "write" };
const anObject = (name: string) => ({ metadata: { namespace: "team", name } });

/** A controller of objects whose plans are the lists given, one a look; nothing is left to do after them. */
async function controlling(plans: Action["action"][][], over: Partial<Controlled<string, Action>> = {}) {
  const clock = createTestClock();
  const log = createTestLog();
  const metrics = createOperatorMetrics();
  const listeners: Listener<ReturnType<typeof anObject>>[] = [];
  const done: string[] = [];
  const stop = new AbortController();
  const queue = createController<string, Action>(
    { clock, log, random: createTestRandom(), metrics },
    {
      kind: "Thing",
      workersMax: 1,
      objects: {
        list: () => [anObject("known")],
        onChange(listener) {
          listeners.push(listener);
          return () => {};
        },
      },
      observe: async ({ namespace, name }) => `${namespace}/${name}`,
      plan: () => ({
        actions: (plans.shift() ?? []).map((action) => ({ action })),
        again: { again: "never" },
      }),
      perform: async (observed, { action }) => void done.push(`${action} ${observed}`),
      moving: ["move"],
      ...over,
    },
    stop.signal,
  );
  const ended = queue.start(stop.signal);
  const change = (name: string) => {
    for (const listener of listeners) listener(`team/${name}`, anObject(name), undefined);
  };
  await settle();
  const end = () => {
    stop.abort();
    return ended;
  };
  return { done, change, log, metrics, stop: end };
}

test("reconciles each object it knows, and each that changes", async () => {
  const { done, change, stop } = await controlling([["write"], ["write"]]);
  change("new");
  await settle();
  expect(done).toEqual(["write team/known", "write team/new"]);
  await stop();
});

test("looks again at once after what changes the object's world, and only then", async () => {
  const { done, stop } = await controlling([["move", "write"], ["write"], ["write"]]);
  expect(done).toEqual(["move team/known", "write team/known", "write team/known"]);
  await stop();
});

test("does nothing for an object that is gone", async () => {
  const { done, stop } = await controlling([["write"]], { observe: async () => undefined });
  expect(done).toEqual([]);
  await stop();
});

test("gives up on a plan that moves the world for ever, and counts it as an error", async () => {
  const { done, log, metrics, stop } = await controlling(Array.from({ length: 99 }, () => ["move"]));
  expect(done).toHaveLength(roundsMax);
  expect(JSON.stringify(log.lines)).toContain(`Thing team/known is not settled after ${roundsMax} rounds`);
  expect((await metrics.reconcileErrors.get()).values).toMatchObject([
    { labels: { kind: "Thing" }, value: 1 },
  ]);
  await stop();
});

test("says of a failure which action it was, and of what", async () => {
  const { log, stop } = await controlling([["write"]], {
    perform: () => Promise.reject(new Error("no luck")),
  });
  expect(JSON.stringify(log.lines)).toContain("write of Thing team/known: no luck");
  await stop();
});
