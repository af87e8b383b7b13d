/**
 * V2 across placers (docs/adr/0017-aliases-at-the-placer.md): who takes the seat knows every alias as the API server has it before it
 * knows of any environment, and so before it places anything, whatever its watches have told.
 */
import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import type { Kube, KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createTestClock, settle } from "../../kernel/testing/clock.ts";
import { aFunction, anAlias, aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import { createAnew } from "../catalog/anew.ts";
import { createCatalog } from "../catalog/catalog.ts";
import { createDesk } from "./desk.ts";

test("an alias changed while the watch was silent goes to its new version, read with its Revision, before the pods are known", async () => {
  const it = await takingOver();
  await it.publish("2");
  await it.alias("live", "2");
  await it.takeStock();
  expect(it.told).toEqual(["team/hello:live goes to team/hello-2", "pods of epoch 7"]);
});

test("an alias that cannot be read is passed over, and said so: the others are read, and the shard has its placer", async () => {
  const it = await takingOver();
  await it.publish("2");
  await it.breakAlias("broken");
  await it.alias("live", "2");
  await it.takeStock();
  expect(it.told).toEqual(["team/hello:live goes to team/hello-2", "pods of epoch 7"]);
  expect(it.log.lines).toEqual(["cannot read an object; it is passed over"]);
});

test("of an alias whose new Revision cannot be read the last good version stays", async () => {
  const it = await takingOver();
  await it.write(resources.revisions, { ...version("2"), spec: { functionName: 2 } });
  await it.alias("live", "2");
  await it.takeStock();
  expect(it.told).toEqual(["pods of epoch 7"]);
  expect(it.log.lines).toEqual(["cannot read an object; it is passed over"]);
});

test("while aliases cannot be listed nothing is told of pods: the stock is taken again later", async () => {
  const it = await takingOver((kube) => ({
    list: (resource, selection) =>
      resource.plural === "aliases" ? Promise.reject(new Error("gone")) : kube.list(resource, selection),
  }));
  await it.takeStock();
  expect(it.told).toEqual([]);
});

const version = (number: string) => aRevision({ functionVersion: number }, { name: `hello-${number}` });
const aliasTo = (name: string, number: string) =>
  anAlias(
    { name },
    { name: `hello.${name}` },
    { routes: [{ functionVersion: number, revision: `hello-${number}`, weight: 1 }] },
  );

/** A gateway whose watches told of alias `live` on version 1, and of nothing since. */
async function takingOver(over: (kube: Kube) => Partial<Kube> = () => ({})) {
  const clock = createTestClock();
  const memory = createMemoryKube(clock);
  const kube = { ...memory, ...over(memory) };
  const log = createTestLog();
  const settings = settingsSchema.parse({});
  const catalog = createCatalog({ random: createTestRandom() }, { settings, poolShapeOf: () => undefined });
  catalog.revisionChanged("team/hello-1", version("1"));
  catalog.functionChanged("team/hello", aFunction());
  catalog.aliasChanged("team/hello.live", aliasTo("live", "1"));
  const told: string[] = [];
  catalog.onRoutes((_, alias, routes) => {
    told.push(`${alias} goes to ${routes?.map(({ target }) => target.key).join()}`);
  });
  const desk = createDesk(
    { kube, clock, log },
    {
      namespace: "kambda-system",
      shards: 1,
      labelSelector: "",
      isGone: () => false,
      functionKeyOf: () => undefined,
      ...createAnew(catalog),
    },
    (_, event) => void told.push(event.type === "podsListed" ? `pods of epoch ${event.epoch}` : event.type),
  );
  const write = async (resource: (typeof resources)["aliases"], { status, ...object }: KubeObject) => {
    const { uid: _, ...metadata } = object.metadata;
    const { apiVersion, kind } = await memory.create(resource, { ...object, metadata });
    const { namespace = "", name } = metadata;
    if (status !== undefined)
      await memory.applyStatus(resource, { apiVersion, kind, metadata: { namespace, name }, status }, "test");
  };
  return {
    told,
    log,
    write,
    publish: (number: string) => write(resources.revisions, version(number)),
    alias: (name: string, number: string) => write(resources.aliases, aliasTo(name, number)),
    /** As one of a later release might be, or one written past the schema. */
    breakAlias: (name: string) =>
      write(resources.aliases, { ...aliasTo(name, "1"), spec: { functionName: 1 } }),
    async takeStock() {
      desk.takeStock(0, 7);
      await settle();
    },
  };
}
