/** Provisioned environments through the whole operator: as many as are asked for, at any time, after any death and restart. */
import { expect, test } from "vitest";
import { apiVersion } from "../../../crds/fields/metadata.ts";
import { labels } from "../../../crds/labels.ts";
import type { VersionStatus } from "../../../crds/version/schema.ts";
import { withFaultyWrites } from "../../../kernel/kube/memory/faulty.ts";
import { withLateWatch } from "../../../kernel/kube/memory/late.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { startingMax } from "../../../operator/provisioned/plan.ts";
import { aManifest, createOperatorWorld, type OperatorWorld } from "./world.ts";

const provision = (world: OperatorWorld, spec: object, name = "first") =>
  world.kube.create(resources.versions, {
    apiVersion,
    kind: "Version",
    metadata: { namespace: "team", name },
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

test("those of all Revisions start a few at a time, and the next as soon as one has started", async () => {
  const world = await createOperatorWorld({ pools: { enabled: false } });
  const operator = world.start("one");
  for (const name of ["hello", "other"]) {
    await world.apply(aManifest(name));
    await provision(world, { functionName: name, provisionedConcurrency: 8 }, name);
  }
  await world.until("as many as may start", async () => (await kept(world)).length >= startingMax);
  await world.clock.advance(5_000);
  const starting = await kept(world);
  expect(starting).toHaveLength(startingMax);
  const freedMs = world.clock.nowMs();
  for (const name of starting.slice(0, 3)) await tellOf(world, name, "Running", { running: {} });
  await world.until("as many more", async () => (await kept(world)).length === startingMax + 3);
  // Long before those that go on starting are given up.
  expect(world.clock.nowMs() - freedMs).toBeLessThan(5_000);
  await world.until("all", async () => {
    for (const name of await kept(world)) await tellOf(world, name, "Running", { running: {} });
    return (await kept(world)).length === 16;
  });
  await operator.stop();
});

test("target tracking keeps as many as the use that gateways tell asks for, across a restart, with Events", async () => {
  const world = await createOperatorWorld({ pools: { enabled: false } });
  let operator = world.start("one");
  await world.apply(aManifest("hello"));
  const targetUtilization = { targetPercent: 50, scaleInCooldown: 60 };
  const provisionedConcurrencyScaling = { minCapacity: 1, maxCapacity: 7, targetUtilization };
  await provision(world, { provisionedConcurrency: 2, provisionedConcurrencyScaling });
  const settles = (count: number) =>
    world.until(`${count} to be kept`, async () => (await kept(world)).length === count);
  await settles(2);
  const tell = async (provisioned: { environments: number; utilizationPercent: number }) => {
    const status = (await world.get("versions", "first"))?.status as { revision: string };
    await world.kube.applyStatus(
      resources.revisions,
      {
        apiVersion,
        kind: "Revision",
        metadata: { namespace: "team", name: status.revision },
        status: { provisioned },
      },
      "kambda-gateway-use",
    );
  };
  await tell({ environments: 2, utilizationPercent: 100 });
  await settles(4);
  await tell({ environments: 4, utilizationPercent: 100 });
  await settles(7);
  await tell({ environments: 7, utilizationPercent: 15 });
  await world.until("use to be known as low", async () => {
    const status = (await world.get("versions", "first"))?.status;
    return JSON.stringify(status ?? {}).includes('"low"');
  });
  await operator.stop();
  operator = world.start("two");
  await settles(3);
  const { items } = await world.kube.list(resources.events, { namespace: "team" });
  const notes = items.flatMap((one) =>
    one.reason === "ProvisionedConcurrencyScaled" ? [String(one.message)] : [],
  );
  expect(notes).toEqual([
    "Provisioned concurrency 2 → 4: 2 were in use, and 50 % is aimed at.",
    "Provisioned concurrency 4 → 7: 4 were in use, and 50 % is aimed at.",
    "Provisioned concurrency 7 → 3: 1 were in use, and 50 % is aimed at.",
  ]);
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
  const first = world.start("one", { kube: flaky });
  await world.apply(aManifest("hello"));
  await provision(world, { provisionedConcurrency: 5 });
  await world.until("five to be kept", async () => (await kept(world)).length >= 5);
  await first.stop();
  const second = world.start("two");
  await world.clock.advance(60_000);
  await world.until("five and no more", async () => (await kept(world)).length === 5);
  await second.stop();
});

const versionStatus = async (world: OperatorWorld) =>
  ((await world.get("versions", "first"))?.status as Partial<VersionStatus> | undefined)
    ?.provisionedConcurrency;
/** As the pod's kubelet tells. */
const tellOf = (world: OperatorWorld, name: string, phase: string, state: object) =>
  world.kube.applyStatus(
    resources.pods,
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "team", name },
      status: { phase, containerStatuses: [{ name: "runtime", state }] },
    },
    "kubelet",
  );

test("those whose image does not come are told of in the status, and made anew when their node has tried for long", async () => {
  const world = await createOperatorWorld({ pools: { enabled: false } });
  const operator = world.start("one");
  await world.apply(aManifest("hello"));
  await provision(world, { provisionedConcurrency: 2 });
  await world.until("two to be kept", async () => (await kept(world)).length === 2);
  const first = await kept(world);
  const message = 'Back-off pulling image "runtime:mistyped"';
  for (const name of first)
    await tellOf(world, name, "Pending", { waiting: { reason: "ImagePullBackOff", message } });
  await world.until(
    "the status to say why",
    async () => (await versionStatus(world))?.statusReason === message,
  );
  expect(await versionStatus(world)).toMatchObject({ status: "FAILED", available: 0, allocated: 2 });
  expect(await kept(world)).toEqual(first);
  await world.until("others in their place", async () => {
    const now = await kept(world);
    return now.length === 2 && now.every((name) => !first.includes(name));
  });
  await world.until(
    "the status to hope again",
    async () => (await versionStatus(world))?.status === "IN_PROGRESS",
  );
  await operator.stop();
});

test("those that end at once are made anew ever more slowly, and the status says what ended them", async () => {
  const world = await createOperatorWorld({
    pools: { enabled: false },
    environments: { failedInitKeptSeconds: 0 },
  });
  const operator = world.start("one");
  await world.apply(aManifest("hello"));
  await provision(world, { provisionedConcurrency: 1 });
  const madeMs = new Map<string, number>();
  await world.until("four to have been made", async () => {
    for (const name of (await kept(world)).filter((one) => !madeMs.has(one))) {
      madeMs.set(name, world.clock.nowMs());
      const finishedAt = new Date(world.clock.nowMs()).toISOString();
      await tellOf(world, name, "Failed", {
        terminated: { exitCode: 128, message: "exec format error", finishedAt },
      });
    }
    return madeMs.size === 4;
  });
  const [first = 0, second = 0, third = 0, fourth = 0] = madeMs.values();
  expect(second - first).toBeGreaterThanOrEqual(5_000);
  expect(third - second).toBeGreaterThanOrEqual(10_000);
  expect(fourth - third).toBeGreaterThanOrEqual(20_000);
  await world.until(
    "the status to say why",
    async () => (await versionStatus(world))?.statusReason === "exec format error",
  );
  await operator.stop();
});

test("a Revision that the watch tells of after the Version that asks for it has its environments all the same", async () => {
  const world = await createOperatorWorld({ pools: { enabled: false } });
  const operator = world.start("one", {
    kube: withLateWatch(world.kube, world.clock, resources.revisions, 1_000),
  });
  await world.apply(aManifest("hello"));
  await provision(world, { provisionedConcurrency: 2 });
  await world.until("two to be kept", async () => (await kept(world)).length === 2);
  await operator.stop();
});
