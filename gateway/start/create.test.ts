/** Pods that are made and do not come up: what is told of them, and when. */
import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createTestClock, settle } from "../../kernel/testing/clock.ts";
import { aPod, aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import type { EnvironmentPod, PodTrouble } from "../catalog/pod.ts";
import type { StartFailure } from "../placer/attempt.ts";
import { placerLimits } from "../placer/limits.ts";
import { createCreator, type PodStart } from "./create.ts";
import { startLimits } from "./limits.ts";

const settings = settingsSchema.parse({});
const key = "team/p";
const start: PodStart = { startId: "s1", revisionKey: "team/hello-1", atMs: 0 };

async function aCreator() {
  const clock = createTestClock();
  const kube = createMemoryKube(clock);
  const failures: StartFailure[] = [];
  let crowded = 0;
  const creator = createCreator({
    clock,
    kube,
    random: createTestRandom(),
    log: createTestLog(),
    settings,
    build: () => aPod({ name: "p", phase: "Pending", claim: "dedicated" }),
    failed: (_, failure) => failures.push(failure),
    crowded: () => crowded++,
  });
  creator.create(start, aRevision());
  await settle();
  const made = await kube.get(resources.pods, { namespace: "team", name: "p" });
  const pod: EnvironmentPod = {
    namespace: "team",
    name: "p",
    uid: made?.metadata.uid ?? "",
    createdAtMs: clock.nowMs(),
    startedAtMs: undefined,
    shape: "s",
    claim: "dedicated",
    revision: "hello-1",
    isProvisioned: false,
    scheduled: false,
    phase: "starting",
    trouble: undefined,
  };
  const troubled = (trouble: PodTrouble): EnvironmentPod => ({ ...pod, trouble });
  return { clock, kube, creator, failures, pod, troubled, crowded: () => crowded };
}

test.each(["0/1 nodes are available: 1 Insufficient memory.", "0/2 nodes are available: 2 Too many pods."])(
  "%s: told at once, again while it is so, and given up in the end",
  async (message) => {
    const { clock, creator, failures, troubled, crowded } = await aCreator();
    const pod = troubled({ kind: "unschedulable", message });
    const pods = { get: () => pod };
    creator.podChanged(key, pod);
    expect(crowded()).toBe(1);
    creator.tick(pods);
    expect(crowded()).toBe(1);
    await clock.advance(startLimits.crowdedAgainMs);
    creator.tick(pods);
    expect(crowded()).toBe(2);
    expect(failures).toEqual([]);
    await clock.advance(settings.environments.unschedulableSecondsMax * 1000);
    creator.tick(pods);
    expect(failures).toEqual([{ kind: "unschedulable", message }]);
    creator.tick(pods);
    expect(crowded()).toBe(2);
  },
);

test.each(["image", "configuration"] as const)(
  "a pod whose %s is wrong has failed, and is deleted",
  async (kind) => {
    const { creator, failures, kube, troubled } = await aCreator();
    creator.podChanged(key, troubled({ kind, message: "not found" }));
    expect(failures).toEqual([{ kind, message: "not found" }]);
    await settle();
    expect(await kube.get(resources.pods, { namespace: "team", name: "p" })).toBeUndefined();
  },
);

test("a pod that somebody deletes is told from one that crashed", async () => {
  const { creator, failures, pod } = await aCreator();
  creator.podChanged(key, { ...pod, phase: "leaving" });
  expect(failures).toMatchObject([{ kind: "deleted" }]);
});

test("a pod that nothing is known to be wrong with is given up in the end, and deleted", async () => {
  const { clock, creator, failures, kube, pod } = await aCreator();
  const pods = { get: () => pod };
  await clock.advance(placerLimits.startMsMax - 1);
  creator.tick(pods);
  expect(failures).toEqual([]);
  await clock.advance(1);
  creator.tick(pods);
  expect(failures).toMatchObject([{ kind: "slow" }]);
  await settle();
  expect(await kube.get(resources.pods, { namespace: "team", name: "p" })).toBeUndefined();
});

test("a node of the wrong kind: nobody's going would help", async () => {
  const { creator, troubled, crowded } = await aCreator();
  const message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
  creator.podChanged(key, troubled({ kind: "unschedulable", message }));
  expect(crowded()).toBe(0);
});
