import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import type { Resource } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Listener } from "../../kernel/reflector/cache.ts";
import { createMemoryStore } from "../../kernel/store/memory.ts";
import { archiveObject, zipObject } from "../../kernel/store/names.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import { createOperatorMetrics } from "../metrics.ts";
import { storedKeptMs } from "./objects.ts";
import { createStoredCollection, objectsRoundMs } from "./stored.ts";

/** A watched kind that the test tells of. */
function watched<T>(...objects: T[]) {
  const listeners = new Set<Listener<T>>();
  return {
    reflector: {
      list: () => objects,
      onChange(listener: Listener<T>) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    drop() {
      const before = objects.pop();
      for (const listener of listeners) listener("team/one", undefined, before);
    },
  };
}

const named = aRevision();
const { archiveSha256 = "", codeSha256 = "" } = named.spec.code ?? {};
const [archive, zip] = [archiveObject(archiveSha256), zipObject(codeSha256)];

/** A store with a Revision's code, old enough to go; what is listed of Kubernetes and of it is counted. */
async function aStore() {
  const clock = createTestClock();
  const kube = createMemoryKube(clock);
  const store = createMemoryStore({ clock });
  for (const name of [archive, zip]) await store.put(name, new Uint8Array(1));
  await clock.advance(storedKeptMs + 1);
  const listed = { kubernetes: 0, store: 0 };
  const revisions = watched(named);
  const collect = createStoredCollection(
    {
      kube: {
        ...kube,
        list: (resource: Resource, selection) => {
          listed.kubernetes++;
          return kube.list(resource, selection);
        },
      },
      store: {
        ...store,
        list: () => {
          listed.store++;
          return store.list();
        },
      },
      clock,
      log: createTestLog(),
      metrics: createOperatorMetrics(),
      memory: { held: () => new Set() },
      watches: {
        revisions: { ...revisions.reflector, ...unused },
        layerVersions: { ...watched<never>().reflector, ...unused },
      },
    },
    new AbortController().signal,
  );
  return { clock, kube, store, listed, revisions, collect };
}
const unused = {
  name: "",
  start: () => Promise.resolve(),
  get: () => undefined,
  synced: Promise.resolve(),
  staleMs: () => 0,
};
const names = async (store: Awaited<ReturnType<typeof aStore>>["store"]) =>
  (await store.list()).map(({ name }) => name);

test("while every object is named, nothing of Kubernetes is listed, and the store once a round", async () => {
  const { clock, listed, collect } = await aStore();
  for (let round = 0; round < 10; round++) {
    await collect();
    await clock.advance(15_000);
  }
  expect(listed).toEqual({ kubernetes: 0, store: 1 });
  await clock.advance(objectsRoundMs);
  await collect();
  expect(listed).toEqual({ kubernetes: 0, store: 2 });
});

test("what nobody names any more goes on the round after its Revision went", async () => {
  const { store, listed, revisions, collect } = await aStore();
  await collect();
  revisions.drop();
  await collect();
  expect(await names(store)).toEqual([]);
  expect(listed.kubernetes).toBe(2);
});

test("what only a Revision names that the watch has not told of stays", async () => {
  const { store, kube, revisions, collect } = await aStore();
  await kube.create(resources.revisions, { ...named, metadata: { namespace: "team", name: "newer" } });
  revisions.drop();
  await collect();
  expect(await names(store)).toEqual([archive, zip]);
});

test("what is too young to go is looked at again once it is not", async () => {
  const { clock, store, collect } = await aStore();
  await store.put("young", new Uint8Array(1));
  await collect();
  expect(await names(store)).toContain("young");
  await clock.advance(storedKeptMs + 1);
  await collect();
  expect(await names(store)).toEqual([archive, zip]);
});

test("a store that does not answer is asked again on the next round", async () => {
  const { store, revisions, collect, listed } = await aStore();
  await collect();
  revisions.drop();
  const { list } = store;
  store.list = () => Promise.reject(new Error("away"));
  await expect(collect()).rejects.toThrow("away");
  store.list = list;
  await collect();
  expect(await names(store)).toEqual([]);
  expect(listed.store).toBe(3);
});
