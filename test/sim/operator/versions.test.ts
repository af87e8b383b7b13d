/** Versions through the whole operator: crashes around any write, lost answers and rivals give each number once (V1, R2). */
import { describe, expect, test } from "vitest";
import { apiVersion } from "../../../crds/fields/metadata.ts";
import type { RevisionSpec } from "../../../crds/revision/schema.ts";
import type { VersionStatus } from "../../../crds/version/schema.ts";
import { type Fault, withFaultyWrites } from "../../../kernel/kube/memory/faulty.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { versionsConfigMap } from "../../../operator/version/record.ts";
import { aManifest, createOperatorWorld, type OperatorWorld } from "./world.ts";

const hello = { namespace: "team", name: "hello" };
const functionStatus = async (world: OperatorWorld) =>
  ((await world.get("functions", "hello"))?.status ?? {}) as Record<string, unknown>;
const versionStatus = async (world: OperatorWorld, name: string) =>
  ((await world.get("versions", name))?.status ?? {}) as Partial<VersionStatus>;

async function publishByHand(world: OperatorWorld, name: string, spec: object = {}): Promise<void> {
  const metadata = { namespace: "team", name };
  await world.kube.create(resources.versions, {
    apiVersion,
    kind: "Version",
    metadata,
    spec: { functionName: "hello", ...spec },
  });
}

/** What runs under each number, by the Revisions that are there. */
async function contents(world: OperatorWorld): Promise<Map<string, RevisionSpec[]>> {
  const { items } = await world.kube.list(resources.revisions, { namespace: "team" });
  return Map.groupBy(
    items.map((one) => one.spec as RevisionSpec),
    (spec) => spec.functionVersion,
  );
}

/** Every number names one content, every Version a Revision of its number, and the record knows the highest. */
async function expectSound(world: OperatorWorld): Promise<void> {
  const byNumber = await contents(world);
  for (const [number, specs] of byNumber) if (number !== "$LATEST") expect(specs).toHaveLength(1);
  for (const name of world.names("versions")) {
    const status = await versionStatus(world, name);
    expect(byNumber.has(status.version ?? "")).toBe(true);
    expect(world.names("revisions")).toContain(status.revision);
  }
}

test("publish: true makes a Version a change, kind Version the next one, unchanged the same again", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello", { publish: true }));
  await world.until("version 1", async () => (await versionStatus(world, "hello.1")).state === "Active");
  await world.apply(aManifest("hello", { publish: true, timeout: 9 }));
  await world.until("version 2", async () => (await versionStatus(world, "hello.2")).state === "Active");
  await publishByHand(world, "same");
  await world.until("the same again", async () => (await versionStatus(world, "same")).version === "2");
  await world.apply(aManifest("hello", { publish: false, timeout: 10 }));
  await world.until("the change to serve", async () => {
    const { observedGeneration, lastUpdateStatus } = await functionStatus(world);
    return observedGeneration === 3 && lastUpdateStatus === "Successful";
  });
  await publishByHand(world, "by-hand");
  await world.until("version 3", async () => (await versionStatus(world, "by-hand")).version === "3");
  await world.until("the Function to know", async () => (await functionStatus(world)).latestVersion === 3);
  expect(
    [...(await contents(world)).entries()].map(([number, specs]) => [number, specs[0]?.timeout]),
  ).toEqual(
    expect.arrayContaining([
      ["1", 3],
      ["2", 9],
      ["3", 10],
    ]),
  );
  await expectSound(world);
  await operator.stop();
});

test("garbage collection never takes what a version names, and deleting the Version does", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello", { publish: true }));
  await world.until("version 1", async () => (await versionStatus(world, "hello.1")).state === "Active");
  const { revision = "" } = await versionStatus(world, "hello.1");
  await world.apply(aManifest("hello", { code: { inline: { "index.mjs": "other" } } }));
  await world.until(
    "the change to serve",
    async () => (await functionStatus(world)).observedGeneration === 2,
  );
  await world.clock.advance(1_200_000);
  expect(world.names("revisions")).toContain(revision);
  expect((await world.store.list()).length).toBe(4);
  await world.kube.remove(resources.versions, { namespace: "team", name: "hello.1" });
  await world.until("its Revision to go", () => !world.names("revisions").includes(revision));
  await world.until("its code to go", async () => (await world.store.list()).length === 2);
  await operator.stop();
});

test("a deleted function's numbers go on where they stopped when it comes again", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello", { publish: true }));
  await world.until("version 1", async () => (await versionStatus(world, "hello.1")).state === "Active");
  await world.kube.remove(resources.functions, hello);
  await world.until("everything of it to be gone", () =>
    (["functions", "versions", "revisions"] as const).every((kind) => world.names(kind).length === 0),
  );
  await world.apply(aManifest("hello", { publish: true }));
  await world.until("version 2", async () => (await versionStatus(world, "hello.2")).state === "Active");
  expect(world.names("versions")).toEqual(["hello.2"]);
  await operator.stop();
});

test("numbers go on where they stopped when their record was deleted, and what is published stays what it is (V1)", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  for (const [number, timeout] of [3, 9].entries()) {
    await world.apply(aManifest("hello", { publish: true, timeout }));
    const name = `hello.${number + 1}`;
    await world.until(name, async () => (await versionStatus(world, name)).state === "Active");
  }
  const published = async () => [...(await contents(world))].filter(([number]) => number !== "$LATEST");
  const before = await published();
  await world.kube.remove(resources.configMaps, { namespace: "team", name: versionsConfigMap });
  await world.clock.advance(700_000);
  expect(world.names("versions")).toEqual(["hello.1", "hello.2"]);
  expect(await published()).toEqual(before);
  await world.apply(aManifest("hello", { publish: true, timeout: 10 }));
  await world.until("version 3", async () => (await versionStatus(world, "hello.3")).version === "3");
  await world.kube.remove(resources.configMaps, { namespace: "team", name: versionsConfigMap });
  await world.apply(aManifest("hello", { publish: false, timeout: 11 }));
  await world.until(
    "the change to serve",
    async () => (await functionStatus(world)).observedGeneration === 4,
  );
  await publishByHand(world, "by-hand");
  await world.until("version 4", async () => (await versionStatus(world, "by-hand")).version === "4");
  await expectSound(world);
  await operator.stop();
});

test("a version that an alias sends invocations to has a warm pool of its own shape", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello", { publish: true }));
  await world.until("version 1", async () => (await versionStatus(world, "hello.1")).state === "Active");
  const spec = { functionName: "hello", name: "live", functionVersion: "1" };
  const metadata = { namespace: "team", name: "hello.live" };
  await world.kube.create(resources.aliases, { apiVersion, kind: "Alias", metadata, spec });
  // Another class of memory is another shape.
  await world.apply(aManifest("hello", { publish: true, memorySize: 2048 }));
  await world.until("two pools", () => world.names("pods").length === 2);
  await world.kube.remove(resources.aliases, metadata);
  await world.until("one of them to go", () => world.names("pods").length === 1);
  await operator.stop();
});

describe("around each of its writes", () => {
  const cases = Array.from({ length: 16 }, (_, write) => write).flatMap((write) =>
    (["before", "after"] as const).map((fault): [number, Fault] => [write, fault]),
  );
  test.each(cases)(
    "killed at write %i, %s it: two published changes are versions 1 and 2",
    async (write, fault) => {
      const world = await createOperatorWorld();
      let dead = false;
      const dying = withFaultyWrites(world.kube, (count) => {
        if (count === write) dead = true;
        if (!dead) return "none";
        return count === write ? fault : "before";
      });
      const first = world.start("one", { kube: dying });
      await world.apply(aManifest("hello", { publish: true }));
      await publishByHand(world, "by-hand");
      for (let step = 0; step < 40 && !dead; step++) await world.clock.advance(250);
      await first.stop();
      const second = world.start("two");
      await world.until(
        "the first version",
        async () => (await versionStatus(world, "by-hand")).version === "1",
      );
      await world.apply(aManifest("hello", { publish: true, timeout: 9 }));
      await world.until(
        "the second version",
        async () => (await versionStatus(world, "hello.2")).version === "2",
      );
      await expectSound(world);
      expect((await functionStatus(world)).latestVersion).toBe(2);
      await second.stop();
    },
  );
});
