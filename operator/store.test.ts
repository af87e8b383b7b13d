import { expect, test } from "vitest";
import { storeContract } from "../kernel/store/contract.ts";
import { createMemoryStore } from "../kernel/store/memory.ts";
import type { CodeStore } from "../kernel/store/store.ts";
import { createTestClock } from "../kernel/testing/clock.ts";
import { askMsMax, createBoundStore, listMsMax, putMsMax } from "./store.ts";

const never = () => new Promise<never>(() => undefined);
/** NATS that is dialled and does not answer. */
const away: CodeStore = { put: never, get: never, has: never, remove: never, list: never };

for (const [claim, check] of Object.entries(storeContract)) {
  test(`a bound store ${claim}`, () => {
    const clock = createTestClock();
    const store = createMemoryStore({ clock });
    return check(createBoundStore({ clock, store }, new AbortController().signal));
  });
}

const calls: Record<keyof CodeStore, { call: (store: CodeStore) => Promise<unknown>; msMax: number }> = {
  put: { call: (store) => store.put("a", new Uint8Array(1)), msMax: putMsMax },
  get: { call: (store) => store.get("a"), msMax: askMsMax },
  has: { call: (store) => store.has("a"), msMax: askMsMax },
  remove: { call: (store) => store.remove("a"), msMax: askMsMax },
  list: { call: (store) => store.list(), msMax: listMsMax },
};

test.each(Object.entries(calls))("%s of a store that does not answer fails in time", async (_name, one) => {
  const clock = createTestClock();
  const failed = expect(
    one.call(createBoundStore({ clock, store: away }, new AbortController().signal)),
  ).rejects.toThrow("does not answer within");
  await clock.advance(one.msMax);
  await failed;
});

test.each(Object.entries(calls))("%s waits for nothing once the operator leaves", async (_name, one) => {
  const leave = new AbortController();
  const store = createBoundStore({ clock: createTestClock(), store: away }, leave.signal);
  const failed = expect(one.call(store)).rejects.toThrow("leaves");
  leave.abort();
  await failed;
});

test("what comes of a get that was given up is closed unread", async () => {
  const clock = createTestClock();
  const connected = Promise.withResolvers<void>();
  const told: string[] = [];
  const late: CodeStore = {
    ...away,
    async get(_, signal) {
      await connected.promise;
      told.push(signal?.aborted === true ? "given up" : "waited for");
      return { bytes: 1, stream: new ReadableStream({ cancel: () => void told.push("closed") }) };
    },
  };
  const store = createBoundStore({ clock, store: late }, new AbortController().signal);
  const failed = expect(store.get("a")).rejects.toThrow("does not answer within");
  await clock.advance(askMsMax);
  await failed;
  connected.resolve();
  await clock.advance(0);
  expect(told).toEqual(["given up", "closed"]);
});
