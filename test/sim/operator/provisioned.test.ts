/** Provisioned environments through the whole operator: as many as are asked for, at any time, after any death and restart. */
import { test } from "vitest";
import { apiVersion } from "../../../crds/fields/metadata.ts";
import { labels } from "../../../crds/labels.ts";
import { withFaultyWrites } from "../../../kernel/kube/memory/faulty.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { aManifest, createOperatorWorld, type OperatorWorld } from "./world.ts";

const provision = (world: OperatorWorld, spec: object) =>
  world.kube.create(resources.versions, {
    apiVersion,
    kind: "Version",
    metadata: { namespace: "team", name: "first" },
    spec: { functionName: "hello", ...spec },
  });
async function kept(world: OperatorWorld): Promise<string[]> {
  const labelSelector = `${labels.provisioned}=true`;
  const { items } = await world.kube.list(resources.pods, { namespace: "team", labelSelector });
  return items.map(({ metadata }) => metadata.name);
}

test("as many as are asked for, another for one that dies, none when the version goes", async () => {
  const world = await createOperatorWorld({ pools: { enabled: false } });
  const operator = world.start("one");
  await world.apply(aManifest("hello"));
  await provision(world, { provisionedConcurrency: 12 });
  await world.until("twelve to be kept", async () => (await kept(world)).length === 12);
  const [victim = ""] = await kept(world);
  await world.kube.remove(resources.pods, { namespace: "team", name: victim });
  await world.until("another in its place", async () => {
    const now = await kept(world);
    return now.length === 12 && !now.includes(victim);
  });
  await world.kube.remove(resources.versions, { namespace: "team", name: "first" });
  await world.until("all to go", async () => (await kept(world)).length === 0);
  await operator.stop();
});

test("a schedule changes their number at its time, and the status says how many are asked for", async () => {
  const world = await createOperatorWorld({ pools: { enabled: false } });
  const operator = world.start("one");
  await world.apply(aManifest("hello"));
  const inSeconds = (seconds: number) =>
    `at(${new Date(world.clock.nowMs() + seconds * 1000).toISOString().slice(0, 19)})`;
  const schedules = [
    { name: "up", schedule: inSeconds(60), timezone: "UTC", minCapacity: 4 },
    { name: "down", schedule: inSeconds(120), timezone: "UTC", minCapacity: 0, maxCapacity: 0 },
  ];
  const provisionedConcurrencyScaling = { minCapacity: 0, maxCapacity: 10, schedules };
  await provision(world, { provisionedConcurrency: 1, provisionedConcurrencyScaling });
  for (const count of [1, 4, 0])
    await world.until(`${count} to be kept`, async () => (await kept(world)).length === count);
  await world.until("the status to say so", async () => {
    const status = (await world.get("versions", "first"))?.status as
      | { provisionedConcurrency?: object }
      | undefined;
    return JSON.stringify(status?.provisionedConcurrency)?.includes('"requested":0') === true;
  });
  await operator.stop();
});

test("with answers of the cluster lost now and then there are never more than asked for in the end", async () => {
  const world = await createOperatorWorld({ pools: { enabled: false } });
  const flaky = withFaultyWrites(world.kube, (write) => (write % 4 === 3 ? "after" : "none"));
  const first = world.start("one", flaky);
  await world.apply(aManifest("hello"));
  await provision(world, { provisionedConcurrency: 5 });
  await world.until("five to be kept", async () => (await kept(world)).length >= 5);
  await first.stop();
  const second = world.start("two");
  await world.clock.advance(60_000);
  await world.until("five and no more", async () => (await kept(world)).length === 5);
  await second.stop();
});
