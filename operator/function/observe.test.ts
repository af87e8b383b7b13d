import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createMemoryStore } from "../../kernel/store/memory.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { aFunction } from "../../kernel/testing/objects.ts";
import { createReservations } from "../concurrency/reservations.ts";
import { createCodeMemory } from "./memory.ts";
import { observe } from "./observe.ts";

/** A namespace with one Function that wants a reservation. */
async function world(metadata: object = {}) {
  const clock = createTestClock();
  const kube = createMemoryKube(clock);
  const settings = settingsSchema.parse({});
  const none = { list: () => [], ...unwatched };
  const reservations = createReservations({ settings, watches: { functions: none, pods: none } });
  const { apiVersion, kind, spec } = aFunction({ reservedConcurrency: 40 });
  await kube.create(resources.functions, {
    apiVersion,
    kind,
    metadata: { namespace: "team", name: "hello", ...metadata },
    spec,
  });
  const store = createMemoryStore({ clock });
  const memory = createCodeMemory({ clock });
  const deps = { kube, clock, settings, store, memory, reservations, functions: none, layerVersions: none };
  return { kube, reservations, look: () => observe(deps, { namespace: "team", name: "hello" }) };
}
const unwatched = {
  name: "",
  start: () => Promise.resolve(),
  get: () => undefined,
  onChange: () => () => undefined,
  synced: Promise.resolve(),
  staleMs: () => 0,
};

test("a Function that is gone holds no reservation, though it was granted after the watch told of its end", async () => {
  const { kube, reservations, look } = await world();
  await look();
  expect(reservations.sumOf("team")).toBe(40);
  await kube.remove(resources.functions, { namespace: "team", name: "hello" });
  expect(await look()).toBeUndefined();
  expect(reservations.sumOf("team")).toBe(0);
});

test("a Function that is being deleted is granted none", async () => {
  const { kube, reservations, look } = await world({ finalizers: ["someone/else"] });
  await kube.remove(resources.functions, { namespace: "team", name: "hello" });
  expect(await look()).toBeDefined();
  expect(reservations.sumOf("team")).toBe(0);
});
