/** Pools through the whole operator: what ends before it is of use is made anew ever more slowly, and told. */
import { expect, test } from "vitest";
import type { KubeObject } from "../../../kernel/kube/port.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { startingMsMax } from "../../../operator/pod/starting.ts";
import { aManifest, createOperatorWorld, type OperatorWorld } from "./world.ts";

/** As the kubelet tells of a supervisor that no gateway took. */
async function endsUnused(world: OperatorWorld, name: string): Promise<void> {
  const message = "kambda: cannot link\nkambda: leaving at once: no gateway can be reached\n";
  const finishedAt = new Date(world.clock.nowMs()).toISOString();
  const state = { terminated: { exitCode: 1, message, finishedAt } };
  const status = { phase: "Failed", containerStatuses: [{ name: "runtime", state }] };
  const metadata = { namespace: "team", name };
  await world.kube.applyStatus(
    resources.pods,
    { apiVersion: "v1", kind: "Pod", metadata, status },
    "kubelet",
  );
}

test("environments that no gateway takes are made anew ever more slowly, and an Event says why", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  await world.apply(aManifest("hello"));
  const madeMs = new Map<string, number>();
  await world.until("four to have been made", async () => {
    for (const name of world.names("pods").filter((one) => !madeMs.has(one))) {
      madeMs.set(name, world.clock.nowMs());
      await endsUnused(world, name);
    }
    return madeMs.size === 4;
  });
  const [first = 0, second = 0, third = 0, fourth = 0] = madeMs.values();
  expect(second - first).toBeGreaterThanOrEqual(5_000);
  expect(third - second).toBeGreaterThanOrEqual(10_000);
  expect(fourth - third).toBeGreaterThanOrEqual(20_000);
  const { items } = await world.kube.list(resources.events, { namespace: "team" });
  const told = items.filter(({ reason }) => reason === "PoolHeldBack");
  const message =
    "The warm pool waits, for its environments end before they are of use: leaving at once: no gateway can be reached";
  // Once for each end that another followed, though the pool is looked at more often.
  expect(told).toMatchObject([{ type: "Warning", message, count: 3 }]);
  await operator.stop();
});

const namespaces = ["a", "b", "c", "d", "e", "f"];

test("pools of all namespaces together start no more than nodes can bear, and the next as soon as one has started", async () => {
  const world = await createOperatorWorld();
  const operator = world.start("one");
  for (const namespace of namespaces) {
    const { metadata, ...function_ } = aManifest("hello");
    await world.kube.create(resources.functions, { ...function_, metadata: { ...metadata, namespace } });
  }
  const pods = async () => (await world.kube.list(resources.pods, {})).items;
  const isRunning = ({ status }: KubeObject) => JSON.stringify(status ?? {}).includes('"phase":"Running"');
  const starting = async () => (await pods()).filter((pod) => !isRunning(pod));
  await world.until("two to start", async () => (await starting()).length === 2);
  await world.clock.advance(5_000);
  expect(await pods()).toHaveLength(2);
  const sinceMs = world.clock.nowMs();
  await world.until("one in each namespace", async () => {
    const now = await starting();
    expect(now.length).toBeLessThanOrEqual(2);
    for (const { apiVersion, kind, metadata } of now)
      await world.kube.applyStatus(
        resources.pods,
        { apiVersion, kind, metadata, status: { phase: "Running" } },
        "kubelet",
      );
    return (await pods()).length === namespaces.length;
  });
  // Each went on when its turn came, and not when those before it were given up.
  expect(world.clock.nowMs() - sinceMs).toBeLessThan(startingMsMax / 2);
  await operator.stop();
});
