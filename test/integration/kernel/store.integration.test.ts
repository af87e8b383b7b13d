/** The contract of the code store, on a real NATS server: what the store in memory is held to as well. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { jetstreamManager } from "@nats-io/jetstream";
import { storeContract } from "../../../kernel/store/contract.ts";
import { type CodeStore, createCodeStore } from "../../../kernel/store/store.ts";
import { type TestNats, testNats } from "../../support/nats.ts";

setDefaultTimeout(60_000);

let nats: TestNats;
let store: CodeStore;
const prefix = randomBytes(4).toString("hex");

beforeAll(async () => {
  nats = await testNats("integration-store");
  store = named(createCodeStore(nats.connection, { replicas: 1 }));
});

afterAll(async () => {
  for (const { name } of await store.list()) await store.remove(name);
  await nats[Symbol.asyncDispose]();
});

for (const [claim, check] of Object.entries(storeContract)) {
  test(`a real NATS server's object store ${claim}`, () => check(store));
}

test("a bucket that was lost is made again by whatever is asked of it next", async () => {
  const bucket = `lost-${prefix}`;
  const losing = createCodeStore(nats.connection, { replicas: 1, bucket });
  const { streams } = await jetstreamManager(nats.connection);
  const lose = () => streams.delete(`OBJ_${bucket}`);
  await losing.put("before", new Uint8Array([1]));
  await lose();
  expect(await losing.has("before")).toBe(false);
  await lose();
  expect(await losing.list()).toEqual([]);
  await lose();
  await losing.put("after", new Uint8Array([2]));
  expect(await losing.has("after")).toBe(true);
  await lose();
});

test("gets that were given up while the connection was coming send nothing when it is there", async () => {
  const connecting = Promise.withResolvers<typeof nats.connection>();
  const waiting = createCodeStore(connecting.promise, { replicas: 1 });
  const gone = new AbortController();
  const gets = Promise.allSettled(
    Array.from({ length: 50 }, () => waiting.get(`${prefix}-a.tar.zst`, gone.signal)),
  );
  gone.abort(new Error("too late"));
  const sent = nats.connection.stats().outMsgs;
  connecting.resolve(nats.connection);
  expect(new Set((await gets).map(({ status }) => status))).toEqual(new Set(["rejected"]));
  expect(nats.connection.stats().outMsgs - sent).toBeLessThan(50);
});

/** Under names of this run's own: the bucket is the installation's. */
function named(all: CodeStore): CodeStore {
  const own = (name: string) => `${prefix}-${name}`;
  return {
    put: (name, content) => all.put(own(name), content),
    get: (name, signal) => all.get(own(name), signal),
    has: (name) => all.has(own(name)),
    remove: (name) => all.remove(own(name)),
    list: async () =>
      (await all.list())
        .filter(({ name }) => name.startsWith(`${prefix}-`))
        .map((object) => ({ ...object, name: object.name.slice(prefix.length + 1) })),
  };
}
