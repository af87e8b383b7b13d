import { expect, test } from "vitest";
import { labels } from "../../crds/labels.ts";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { type Kube, KubeError } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock, settle } from "../../kernel/testing/clock.ts";
import { aPod, aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { createAdopter } from "./adopt.ts";

/** `conflicts`: how many writes the API server refuses for a race it lost. */
async function adopting(conflicts: number, uidOf = (uid: string) => uid) {
  const clock = createTestClock();
  const memory = createMemoryKube(clock);
  const made = await memory.create(resources.pods, aPod({ name: "p", phase: "Running", claim: "pool" }));
  const revision = aRevision();
  const refuse = new KubeError("patch", { code: 409, reason: "Conflict", message: "modified meanwhile" });
  let patches = 0;
  const kube: Kube = {
    ...memory,
    patch: (...words) => (++patches <= conflicts ? Promise.reject(refuse) : memory.patch(...words)),
  };
  const catalog = { revision: () => revision } as unknown as Catalog;
  const deps = { kube, clock, random: createTestRandom(), log: createTestLog(), catalog };
  const adopter = createAdopter(deps);
  const stop = new AbortController();
  const running = adopter.start(stop.signal);
  const pod = { namespace: "team", name: "p", uid: uidOf(made.metadata.uid ?? "") } as EnvironmentPod;
  adopter.adopt(pod, "team/r");
  await settle();
  await clock.advance(60_000);
  stop.abort();
  await running;
  const now = await memory.get(resources.pods, { namespace: "team", name: "p" });
  return { patches, claim: now?.metadata.labels?.[labels.claim] };
}

test("a claimed pod is marked as its function's", async () => {
  expect(await adopting(0)).toEqual({ patches: 1, claim: "claimed" });
});

test("a write that lost a race is made again", async () => {
  expect(await adopting(2)).toEqual({ patches: 3, claim: "claimed" });
});

test("another pod of the same name is left alone", async () => {
  expect(await adopting(1, () => "another")).toEqual({ patches: 1, claim: "pool" });
});
