import { describe, expect, test } from "vitest";
import { createMemoryKube } from "../kube/memory/kube.ts";
import { type Kube, KubeError, type KubeObject, type WatchEvent } from "../kube/port.ts";
import { resources } from "../kube/resources.ts";
import { createTestClock } from "../testing/clock.ts";
import { createTestLog, createTestRandom } from "../testing/quiet.ts";
import { createReflector, silenceMsMax } from "./reflector.ts";

const aConfigMap = (name: string, data: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "team", name },
  data,
});
const unreachable = () => new KubeError("list", { code: 0, reason: "Unreachable", message: "gone" });

/** A reflector over a Kubernetes in memory, parts of which the test replaces. */
async function reflecting(over: (kube: Kube) => Partial<Kube> = () => ({})) {
  const clock = createTestClock();
  const memory = createMemoryKube(clock);
  const log = createTestLog();
  const kube = { ...memory, ...over(memory) };
  const reflector = createReflector<KubeObject>(
    { kube, clock, random: createTestRandom(), log },
    {
      resource: resources.configMaps,
      selection: {},
      name: "config maps",
      parse(raw) {
        if (raw.metadata.name === "worse") throw new Error("it is worse");
        return raw.metadata.name === "bad" ? new Error("it is bad") : raw;
      },
    },
  );
  const heard: string[] = [];
  reflector.onChange((key, now, before) => {
    const change = now === undefined ? "gone" : before === undefined ? "new" : "changed";
    heard.push(`${key} ${change}`);
  });
  const stop = new AbortController();
  const create = (name: string) => memory.create(resources.configMaps, aConfigMap(name));
  return { clock, memory, log, reflector, heard, stop, create, run: () => reflector.start(stop.signal) };
}

test("knows what is listed, then what is watched, and tells of each change", async () => {
  const { clock, memory, reflector, heard, stop, create, run } = await reflecting();
  await create("a");
  const ended = run();
  await clock.advance(0);
  await reflector.synced;
  await create("b");
  await memory.patch(resources.configMaps, { namespace: "team", name: "a" }, { data: { k: "v" } });
  await memory.remove(resources.configMaps, { namespace: "team", name: "b" });
  await clock.advance(0);
  expect(heard).toEqual(["team/a new", "team/b new", "team/a changed", "team/b gone"]);
  expect(reflector.get("team/a")?.data).toEqual({ k: "v" });
  expect(reflector.list()).toHaveLength(1);
  stop.abort();
  await ended;
});

test("passes over an object that makes no sense, and says so once", async () => {
  const { clock, reflector, log, stop, create, memory, run } = await reflecting();
  await create("bad");
  await create("worse");
  await create("good");
  const ended = run();
  await clock.advance(0);
  await memory.patch(resources.configMaps, { namespace: "team", name: "bad" }, { data: { k: "v" } });
  await clock.advance(0);
  expect(reflector.list().map((one) => one.metadata.name)).toEqual(["good"]);
  expect(log.lines.filter((line) => line.includes("cannot read"))).toHaveLength(2);
  stop.abort();
  await ended;
});

test("a listener that fails does not keep the others from hearing", async () => {
  const { clock, reflector, heard, stop, create, run } = await reflecting();
  reflector.onChange(() => {
    throw new Error("mine");
  });
  const ended = run();
  await create("a");
  await clock.advance(0);
  expect(heard).toEqual(["team/a new"]);
  stop.abort();
  await ended;
});

describe("never gives up", () => {
  test("when lists fail, however often; it is stale meanwhile", async () => {
    let failures = 12;
    const { clock, reflector, stop, create, run } = await reflecting((kube) => ({
      list: (...words) => (failures-- > 0 ? Promise.reject(unreachable()) : kube.list(...words)),
    }));
    await create("a");
    const ended = run();
    await clock.advance(60_000);
    expect(reflector.list()).toEqual([]);
    expect(reflector.staleMs()).toBe(Infinity);
    await clock.advance(300_000);
    expect(reflector.list()).toHaveLength(1);
    stop.abort();
    await ended;
  });

  test("when a watch stays silent: it takes up where it was, and misses nothing", async () => {
    let watches = 0;
    const { clock, reflector, stop, create, run } = await reflecting((kube) => ({
      watch: (resource, selection, from, signal) =>
        ++watches === 1 ? silent(signal) : kube.watch(resource, selection, from, signal),
    }));
    const ended = run();
    await clock.advance(0);
    await create("unheard");
    await clock.advance(silenceMsMax - 1);
    expect(reflector.list()).toEqual([]);
    expect(reflector.staleMs()).toBeGreaterThan(silenceMsMax - 2);
    await clock.advance(2000);
    expect(reflector.list()).toHaveLength(1);
    stop.abort();
    await ended;
  });

  test("when its version is no longer kept: it lists again, and what went meanwhile is told as gone", async () => {
    let watches = 0;
    const { clock, memory, heard, stop, create, run } = await reflecting((kube) => ({
      watch: (resource, selection, from, signal) =>
        ++watches === 1 ? expired(hasGone.promise) : kube.watch(resource, selection, from, signal),
    }));
    const hasGone = Promise.withResolvers<void>();
    await create("a");
    await create("b");
    const ended = run();
    await clock.advance(0);
    await memory.remove(resources.configMaps, { namespace: "team", name: "a" });
    hasGone.resolve();
    await clock.advance(0);
    expect(heard).toEqual(["team/a new", "team/b new", "team/a gone", "team/b changed"]);
    stop.abort();
    await ended;
  });

  test("when a watch breaks off in the middle", async () => {
    let watches = 0;
    const { clock, reflector, stop, create, run } = await reflecting((kube) => ({
      watch: (resource, selection, from, signal) =>
        ++watches % 2 === 1 ? broken() : kube.watch(resource, selection, from, signal),
    }));
    const ended = run();
    await clock.advance(0);
    await create("a");
    await clock.advance(5000);
    expect(reflector.list()).toHaveLength(1);
    stop.abort();
    await ended;
  });
});

/** Open, and never a word: a connection that is gone on the other side only. */
function silent(signal: AbortSignal): AsyncIterable<WatchEvent> {
  const next = () =>
    new Promise<IteratorResult<WatchEvent>>((resolve) =>
      signal.addEventListener("abort", () => resolve({ done: true, value: undefined }), { once: true }),
    );
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

async function* expired(when: Promise<void>): AsyncGenerator<WatchEvent> {
  await when;
  yield { type: "ERROR", status: { code: 410, reason: "Expired", message: "too old" } };
}

async function* broken(): AsyncGenerator<WatchEvent> {
  yield { type: "BOOKMARK", resourceVersion: "0" };
  throw unreachable();
}
