import { expect, test } from "vitest";
import { createMemoryStore } from "../../kernel/store/memory.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { createCodeSource } from "./code.ts";
import { startLimits } from "./limits.ts";

test("an archive is fetched once for all who ask, and is in memory after", async () => {
  const clock = createTestClock();
  const store = createMemoryStore({ clock });
  await store.put("a.tar.zst", Buffer.from("code"));
  let gets = 0;
  const counting = { ...store, get: (name: string) => store.get(name).finally(() => gets++) };
  const source = createCodeSource({ store: counting, clock }, 100);
  expect(source.peek("a")).toBeUndefined();
  const both = await Promise.all([source.fetch("a"), source.fetch("a")]);
  const whole = { kind: "whole", bytes: new Uint8Array(Buffer.from("code")) };
  expect(both).toEqual([whole, whole]);
  expect(gets).toBe(1);
  expect(source.peek("a")).toEqual(whole.bytes);
});

test("the least recently used goes when memory is full, and one too large is never kept", async () => {
  const clock = createTestClock();
  const store = createMemoryStore({ clock });
  for (const name of ["a", "b", "c"]) await store.put(`${name}.tar.zst`, Buffer.alloc(40));
  await store.put("large.tar.zst", Buffer.alloc(101));
  const source = createCodeSource({ store, clock }, 100);
  await source.fetch("a");
  await source.fetch("b");
  source.peek("a");
  await source.fetch("c");
  await source.fetch("large");
  expect(["a", "b", "c", "large"].map((name) => source.peek(name) !== undefined)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("a store that does not answer fails the claim in time, and the next one asks again", async () => {
  const clock = createTestClock();
  const store = createMemoryStore({ clock });
  let silent = true;
  const moody = {
    ...store,
    get: (name: string) => (silent ? new Promise<never>(() => undefined) : store.get(name)),
  };
  const source = createCodeSource({ store: moody, clock }, 100);
  const failed = expect(source.fetch("a")).rejects.toThrow("did not answer within 30 s");
  await clock.advance(startLimits.codeMsMax);
  await failed;
  silent = false;
  await store.put("a.tar.zst", Buffer.from("code"));
  expect(await source.fetch("a")).toMatchObject({ kind: "whole" });
});

test("fetches given up before the store answers ask it no more, and what comes of them is not gathered", async () => {
  const clock = createTestClock();
  const connected = Promise.withResolvers<void>();
  const told = { asked: 0, cancelled: 0 };
  const store = {
    ...createMemoryStore({ clock }),
    async get(_: string, signal?: AbortSignal) {
      await connected.promise;
      if (signal?.aborted !== true) told.asked++;
      return { bytes: 1, stream: new ReadableStream<Uint8Array>({ cancel: () => void told.cancelled++ }) };
    },
  };
  const source = createCodeSource({ store, clock }, 100);
  for (let turn = 0; turn < 20; turn++) {
    const failed = expect(source.fetch("a")).rejects.toThrow("did not answer within 30 s");
    await clock.advance(startLimits.codeMsMax);
    await failed;
  }
  connected.resolve();
  await clock.advance(0);
  expect(told).toEqual({ asked: 0, cancelled: 20 });
});
