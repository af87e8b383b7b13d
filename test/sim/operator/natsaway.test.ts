/** An operator that comes up while NATS is away, as on the node they left together: only new code waits for it (R2). */
import { expect, test } from "vitest";
import { apiVersion } from "../../../crds/fields/metadata.ts";
import { labels } from "../../../crds/labels.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import type { CodeStore } from "../../../kernel/store/store.ts";
import { aManifest, createOperatorWorld, type OperatorWorld } from "./world.ts";

const never = () => new Promise<never>(() => undefined);
/** A connection that is never made: whoever asks waits. */
const away: CodeStore = { put: never, get: never, has: never, remove: never, list: never };

const isActive = async (world: OperatorWorld, name: string) =>
  ((await world.get("functions", name))?.status as { state?: string } | undefined)?.state === "Active";

/** Ends all pods that stand, and waits for as many others. */
async function replaced(world: OperatorWorld, what: string, label: string): Promise<void> {
  const standing = async () => {
    const page = await world.kube.list(resources.pods, { namespace: "team", labelSelector: label });
    return page.items.map(({ metadata }) => metadata.name);
  };
  const before = await standing();
  expect(before).not.toEqual([]);
  for (const name of before) await world.kube.remove(resources.pods, { namespace: "team", name });
  await world.until(`${what} to be replaced`, async () => (await standing()).length === before.length);
}

test("pools are refilled, provisioned environments replaced, aliases follow, finished pods go; told to, it leaves", async () => {
  const world = await createOperatorWorld();
  const first = world.start("one");
  await world.apply(aManifest("hello"));
  await world.kube.create(resources.versions, {
    apiVersion,
    kind: "Version",
    metadata: { namespace: "team", name: "first" },
    spec: { functionName: "hello", provisionedConcurrency: 1 },
  });
  await world.until("two environments", () => world.names("pods").length === 2);
  await first.stop();

  // As many as wait at once: each would hold a worker.
  for (let at = 0; at < 6; at++) await world.apply(aManifest(`new-${at}`));
  const second = world.start("two", { store: away });
  await replaced(world, "the pool", `${labels.claim}=pool`);
  await replaced(world, "what is provisioned", `${labels.provisioned}=true`);
  await world.kube.create(resources.aliases, {
    apiVersion,
    kind: "Alias",
    metadata: { namespace: "team", name: "live" },
    spec: { functionName: "hello", name: "live", functionVersion: "1" },
  });
  await world.until("the alias to be routed", async () => {
    const status = (await world.get("aliases", "live"))?.status as { routes?: object[] } | undefined;
    return status?.routes?.length === 1;
  });
  const [done = ""] = world.names("pods");
  const metadata = { namespace: "team", name: done };
  const ended = { apiVersion: "v1", kind: "Pod", metadata, status: { phase: "Succeeded" } };
  await world.kube.applyStatus(resources.pods, ended, "kubelet");
  await world.until("the finished pod to go", () => !world.names("pods").includes(done));
  expect(await isActive(world, "new-0")).toBe(false);
  await second.stop();

  const third = world.start("three");
  await world.until("the new ones, with NATS back", () => isActive(world, "new-5"));
  await third.stop();
});

test("it says that it is not ready until it has read what it watches", async () => {
  const world = await createOperatorWorld();
  const deaf = world.start("one", { kube: { ...world.kube, list: never } });
  expect(deaf.problems().join()).toContain("functions: not read from the API server yet");
  const hearing = world.start("two");
  await world.until("the other to be ready", () => hearing.problems().length === 0);
  await hearing.stop();
});
