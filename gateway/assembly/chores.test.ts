/**
 * A gateway tells the others how stale it is, and leaves the placer's seat for one that is not: whichever of its watches has hung, and
 * never for a watch that is merely quiet.
 */
import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import type { Kube, Resource, Selection, WatchEvent } from "../../kernel/kube/port.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createMemoryStore } from "../../kernel/store/memory.ts";
import { createTestClock, type TestClock } from "../../kernel/testing/clock.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import type { ShardEvent } from "../shard/event.ts";
import { shardLimits } from "../shard/limits.ts";
import { choresOf } from "./chores.ts";
import { createKnowledge } from "./knowledge.ts";

const namespace = "kambda-system";
const bookmarkEveryMs = 60_000;
const lookEveryMs = 5_000;

test.each(["functions", "aliases", "revisions", "gateways", "pods"])(
  "is stale by the watch of %s alone",
  async (hung) => {
    await using it = await aGateway(hung);
    await it.clock.advance(shardLimits.staleMsMax + 1);
    expect(await it.told()).toBeGreaterThan(shardLimits.staleMsMax);
  },
);

test("is fresh while nothing changes: a bookmark a minute is enough", async () => {
  await using it = await aGateway(undefined);
  for (let passedMs = 0; passedMs < 10 * bookmarkEveryMs; passedMs += lookEveryMs) {
    await it.clock.advance(lookEveryMs);
    expect(await it.told()).toBeLessThanOrEqual(shardLimits.freshMsMax);
  }
});

/** What a gateway knows of a cluster in which nothing happens; one of its watches tells nothing at all, however often it is opened. */
async function aGateway(hung: string | undefined) {
  const clock = createTestClock();
  const kube = watchedBy(createMemoryKube(clock), clock, hung);
  const log = createTestLog();
  const settings = settingsSchema.parse({});
  const deps = {
    kube,
    clock,
    log,
    settings,
    random: createTestRandom(),
    store: createMemoryStore({ clock }),
  };
  const knowledge = createKnowledge(deps, { namespace });
  const stop = new AbortController();
  const running = Object.values(knowledge.watches).map((watch) => watch.start(stop.signal));
  const events: ShardEvent[] = [];
  const tick = () => undefined;
  const done = async () => undefined;
  const chores = choresOf({
    knowledge,
    starting: { creator: { tick }, dismisser: { tick } },
    telling: { use: { look: tick, report: done }, traffic: { report: done } },
    meeting: { renew: done },
    tokens: { refresh: done },
    fleet: { happen: (_, event) => void events.push(event) },
  });
  await clock.advance(0);
  return {
    clock,
    async told() {
      await chores.find(({ what }) => what === "look after pods")?.work();
      const last = events.at(-1);
      return last?.type === "watched" ? last.staleMs : undefined;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(running);
    },
  };
}

function watchedBy(kube: Kube, clock: TestClock, hung: string | undefined): Kube {
  return { ...kube, watch: (resource, selection, from, signal) => watch(resource, selection, from, signal) };

  async function* watch(
    { plural }: Resource,
    selection: Selection,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent> {
    const name = selection.namespace === namespace ? "gateways" : plural;
    for (;;) {
      const isOver = await clock.sleep(bookmarkEveryMs, signal).then(
        () => false,
        () => true,
      );
      if (isOver) return;
      if (name !== hung) yield { type: "BOOKMARK", resourceVersion };
    }
  }
}
