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

/** Under names of this run's own: the bucket is the installation's. */
function named(all: CodeStore): CodeStore {
  const own = (name: string) => `${prefix}-${name}`;
  return {
    put: (name, content) => all.put(own(name), content),
    get: (name) => all.get(own(name)),
    has: (name) => all.has(own(name)),
    remove: (name) => all.remove(own(name)),
    list: async () =>
      (await all.list())
        .filter(({ name }) => name.startsWith(`${prefix}-`))
        .map((object) => ({ ...object, name: object.name.slice(prefix.length + 1) })),
  };
}
