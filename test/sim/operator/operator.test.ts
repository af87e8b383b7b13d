/** The operator, whole, against crashes, lost answers and rivals: it comes to the same end from anywhere (R2). */
import { describe, expect, test } from "vitest";
import type { FunctionStatus } from "../../../crds/function/status.ts";
import { type Fault, withFaultyWrites } from "../../../kernel/kube/memory/faulty.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { aManifest, createOperatorWorld, type OperatorWorld, type Started } from "./world.ts";

const statusOf = async (world: OperatorWorld, name: string) =>
  ((await world.get("functions", name))?.status ?? {}) as Partial<FunctionStatus>;
const isDone = async (world: OperatorWorld, name: string, generation = 1) => {
  const status = await statusOf(world, name);
  return status.observedGeneration === generation && status.lastUpdateStatus === "Successful";
};

test("a Function becomes a Revision, stored code, a status, a warm pool", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello"));
  await world.until("hello to be done", () => isDone(world, "hello"));
  const status = await statusOf(world, "hello");
  expect(status.state).toBe("Active");
  expect(world.names("revisions")).toEqual([status.revision]);
  await world.until("its pool to stand", () => world.names("pods").length === 1);
  expect(await world.store.list()).toHaveLength(2);
  await operator.stop();
});

test("a broken update keeps the last good Revision, also across a restart", async () => {
  const world = await createOperatorWorld();
  const first = world.start("one");
  await world.apply(aManifest("hello"));
  await world.until("hello to be done", () => isDone(world, "hello"));
  const good = (await statusOf(world, "hello")).revision;
  await world.apply(aManifest("hello", { code: { inline: null, zipFile: "bm8gemlw" } }));
  await world.until(
    "the update to fail",
    async () => (await statusOf(world, "hello")).lastUpdateStatus === "Failed",
  );
  await first.stop();
  const second = world.start("two");
  await world.clock.advance(60_000);
  expect(await statusOf(world, "hello")).toMatchObject({
    state: "Active",
    revision: good,
    lastUpdateStatus: "Failed",
  });
  await world.until("old code to be still there", () => world.names("revisions").includes(good ?? ""));
  await second.stop();
});

test("code that the store lost is fetched and stored again", async () => {
  const world = await createOperatorWorld();
  const first = world.start("one");
  await world.apply(aManifest("hello"));
  await world.until("hello to be done", () => isDone(world, "hello"));
  await first.stop();
  for (const { name } of await world.store.list()) await world.store.remove(name);
  const second = world.start("two");
  await world.until("the code to be back", async () => (await world.store.list()).length === 2);
  await second.stop();
});

test("deleting a Function leaves nothing but its last version number", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello"));
  await world.until("hello to be done", () => isDone(world, "hello"));
  await world.until("its pool to stand", () => world.names("pods").length === 1);
  const key = { namespace: "team", name: "hello" };
  const { apiVersion, kind } = aManifest("hello");
  await world.kube.applyStatus(
    resources.functions,
    { apiVersion, kind, metadata: key, status: { latestVersion: 3 } },
    "test",
  );
  await world.kube.remove(resources.functions, key);
  await world.until("everything to be gone", async () => {
    const left = [...world.names("functions"), ...world.names("revisions"), ...world.names("pods")];
    return left.length === 0 && (await world.store.list()).length === 0;
  });
  expect(world.names("configMaps")).toEqual(["kambda-versions"]);
  expect((await world.get("configMaps", "kambda-versions"))?.data).toEqual({ hello: "3" });
  await operator.stop();
});

test("of two Functions with one name the older serves, and the younger when it is gone", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("elder", { functionName: "same" }));
  await world.clock.advance(5000);
  await world.apply(aManifest("younger", { functionName: "same" }));
  await world.until(
    "the younger to be refused",
    async () => (await statusOf(world, "younger")).state === "Failed",
  );
  expect(await statusOf(world, "younger")).toMatchObject({ stateReasonCode: "DuplicateFunctionName" });
  await world.until("the elder to serve", () => isDone(world, "elder"));
  await world.kube.remove(resources.functions, { namespace: "team", name: "elder" });
  await world.until(
    "the younger to take over",
    async () => (await statusOf(world, "younger")).state === "Active",
  );
  await operator.stop();
});

test("a second operator stands by, and takes over when the first leaves", async () => {
  const world = await createOperatorWorld();
  const [first, second] = [world.start("one"), world.start("two")];
  const holder = async () => {
    const lease = await world.kube.get(resources.leases, {
      namespace: "kambda-system",
      name: "kambda-operator",
    });
    return (lease?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
  };
  await world.until("one to lead", async () => (await holder()) === "one" || (await holder()) === "two");
  const leader = await holder();
  await (leader === "one" ? first : second).stop();
  await world.apply(aManifest("hello"));
  await world.until("the other to serve", () => isDone(world, "hello"));
  expect(await holder()).not.toBe(leader);
  await (leader === "one" ? second : first).stop();
});

test("one that leads no more tells nothing of pools and queues: another does", async () => {
  const world = await createOperatorWorld();
  const first = world.start("one");
  await world.apply(aManifest("hello"));
  await world.until("its pool to stand", () => world.names("pods").length === 1);
  const told = async (started: Started) =>
    [...(await started.metrics.registry.metrics()).matchAll(/^kambda_operator_(pool|queue|leading).*/gm)].map(
      ([line]) => line,
    );
  await world.until("it to tell", async () => (await told(first)).join().includes("pool_wanted"));
  // Taken from it, as after a long pause.
  const key = { namespace: "kambda-system", name: "kambda-operator" };
  const lease = await world.kube.get(resources.leases, key);
  await world.kube.patch(resources.leases, key, {
    spec: { ...(lease?.spec as object), holderIdentity: "other" },
  });
  await world.until("it to stand by", async () => (await told(first)).join().includes("leading 0"));
  expect(await told(first)).toEqual(["kambda_operator_leading 0"]);
  await first.stop();
});

describe("killed around any of its writes", () => {
  /** Dead from the n-th write on, which is made or not. */
  const dies = (at: number, how: Fault) => (write: number) =>
    write < at ? "none" : write === at ? how : "before";

  test.each(
    Array.from({ length: 14 }, (_, at) => at).flatMap((at) => [
      { at, how: "before" as const },
      { at, how: "after" as const },
    ]),
  )("write $at, $how it was made: the next operator brings it to the same end", async ({ at, how }) => {
    const world = await createOperatorWorld();
    const dead = world.start("one", { kube: withFaultyWrites(world.kube, dies(at, how)) });
    await world.apply(aManifest("hello"));
    await world.clock.advance(2000);
    const next = world.start("two");
    await world.until("hello to be done", () => isDone(world, "hello"));
    const { revision } = await statusOf(world, "hello");
    expect(world.names("revisions")).toEqual([revision]);
    await world.until("its pool to stand", () => world.names("pods").length === 1);
    await world.clock.advance(90_000);
    expect([world.names("pods").length, (await world.store.list()).length]).toEqual([1, 2]);
    await next.stop();
    await dead.stop();
  });
});

test("answers lost now and then only cost time", async () => {
  const world = await createOperatorWorld();
  const flaky = withFaultyWrites(world.kube, (write) =>
    write % 3 === 1 ? "after" : write % 5 === 2 ? "before" : "none",
  );
  const operator = world.start("one", { kube: flaky });
  for (const name of ["a", "b", "c"]) await world.apply(aManifest(name));
  for (const name of ["a", "b", "c"]) await world.until(`${name} to be done`, () => isDone(world, name));
  await operator.stop();
});
