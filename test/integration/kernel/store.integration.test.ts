/** The contract of the code store, on a real NATS server: what the store in memory is held to as well. */
import { afterAll, beforeAll, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
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
