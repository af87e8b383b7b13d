/** Layers through the whole operator: published, used, deleted, lost, with crashes at its writes (R2, V1). */
import { expect, test } from "vitest";
import { withFaultyWrites } from "../../../kernel/kube/memory/faulty.ts";
import type { KubeObject } from "../../../kernel/kube/port.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { aManifest, createOperatorWorld, type OperatorWorld } from "./world.ts";

const aLayer = (name: string, text: string): KubeObject => ({
  apiVersion: "kambda.dev/v1alpha1",
  kind: "LayerVersion",
  metadata: { namespace: "team", name },
  spec: { layerName: "lib", content: { inline: { "etc/a": text } } },
});

const publish = (world: OperatorWorld, name: string, text: string) =>
  world.kube.create(resources.layerVersions, aLayer(name, text));
const statusOf = async (world: OperatorWorld, plural: "layerVersions" | "functions", name: string) =>
  ((await world.get(plural, name))?.status ?? {}) as Record<string, unknown>;
const isActive = async (world: OperatorWorld, plural: "layerVersions" | "functions", name: string) =>
  (await statusOf(world, plural, name)).state === "Active";
const layersServed = async (world: OperatorWorld, name: string) => {
  const { revision } = await statusOf(world, "functions", name);
  const spec = (await world.get("revisions", String(revision)))?.spec as { layers?: { arn: string }[] };
  return (spec?.layers ?? []).map(({ arn }) => arn.split(":layer:")[1]);
};

test("a Function waits for its layers, then runs with them; they are numbered in the order they come", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello", { layers: ["lib:2", "lib:1"] }));
  await world.until(
    "it to say what it misses",
    async () => (await statusOf(world, "functions", "hello")).state === "Failed",
  );
  expect((await statusOf(world, "functions", "hello")).stateReason).toContain("lib:2");
  await publish(world, "first", "1");
  await world.until("the first", () => isActive(world, "layerVersions", "first"));
  await publish(world, "second", "2");
  await world.until("the function", () => isActive(world, "functions", "hello"));
  expect((await statusOf(world, "layerVersions", "second")).version).toBe("2");
  expect(await layersServed(world, "hello")).toEqual(["lib:2", "lib:1"]);
  await operator.stop();
});

test("deleting a layer version in use changes nothing for who uses it; its number is not given again", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await publish(world, "first", "1");
  await world.apply(aManifest("hello", { layers: ["lib:1"] }));
  await world.until("the function", () => isActive(world, "functions", "hello"));
  const { archiveSha256 } = await statusOf(world, "layerVersions", "first");
  await world.kube.remove(resources.layerVersions, { namespace: "team", name: "first" });
  await world.apply(aManifest("hello", { layers: ["lib:1"], timeout: 9 }));
  await world.until("its update", async () => {
    const { observedGeneration, lastUpdateStatus } = await statusOf(world, "functions", "hello");
    return observedGeneration === 2 && lastUpdateStatus === "Successful";
  });
  expect(await layersServed(world, "hello")).toEqual(["lib:1"]);
  await world.clock.advance(120_000);
  await world.until("a round of garbage", async () => true);
  expect(await world.store.has(`${archiveSha256}.tar.zst`)).toBe(true);
  await publish(world, "again", "1");
  await world.until("the next", () => isActive(world, "layerVersions", "again"));
  expect((await statusOf(world, "layerVersions", "again")).version).toBe("2");
  await operator.stop();
});

test("with the record lost, the next number is still another (V1)", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await publish(world, "first", "1");
  await world.until("the layer", () => isActive(world, "layerVersions", "first"));
  await world.kube.remove(resources.configMaps, { namespace: "team", name: "kambda-versions" });
  await publish(world, "second", "2");
  await world.until("the next", () => isActive(world, "layerVersions", "second"));
  expect((await statusOf(world, "layerVersions", "second")).version).toBe("2");
  await operator.stop();
});

test("a layer version that nobody uses any more leaves nothing in the store", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await publish(world, "first", "1");
  await world.until("the layer", () => isActive(world, "layerVersions", "first"));
  expect(await world.store.list()).toHaveLength(2);
  await world.kube.remove(resources.layerVersions, { namespace: "team", name: "first" });
  await world.until("the store to be empty", async () => (await world.store.list()).length === 0);
  await operator.stop();
});

test("an archive that the store lost is stored again", async () => {
  const world = await createOperatorWorld();
  const first = world.start("one");
  await publish(world, "first", "1");
  await world.until("the layer", () => isActive(world, "layerVersions", "first"));
  await first.stop();
  const { archiveSha256 } = await statusOf(world, "layerVersions", "first");
  for (const { name } of await world.store.list()) await world.store.remove(name);
  const second = world.start("two");
  await world.until("it to be back", () => world.store.has(`${archiveSha256}.tar.zst`));
  await second.stop();
});

for (const fault of ["before", "after"] as const) {
  test(`an operator whose writes fail (${fault} they are made), each in turn, numbers a layer once`, async () => {
    for (let failing = 0; failing < 6; failing++) {
      const world = await createOperatorWorld();
      const faulty = withFaultyWrites(world.kube, (write) => (write === failing ? fault : "none"));
      const operator = world.start("one", { kube: faulty });
      await publish(world, "first", "1");
      await world.until("the layer", () => isActive(world, "layerVersions", "first"));
      await publish(world, "second", "2");
      await world.until("the next", () => isActive(world, "layerVersions", "second"));
      expect((await statusOf(world, "layerVersions", "first")).version).toBe("1");
      expect((await statusOf(world, "layerVersions", "second")).version).toBe("2");
      await operator.stop();
    }
  });
}
