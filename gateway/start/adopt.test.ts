import { expect, test } from "vitest";
import { labels } from "../../crds/labels.ts";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { type Kube, KubeError } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { buildDedicatedPod } from "../../kernel/pod/dedicated.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createTestClock, settle } from "../../kernel/testing/clock.ts";
import { aPod, aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { createAdopter } from "./adopt.ts";
import { startLimits } from "./limits.ts";

const settings = settingsSchema.parse({});

interface Given {
  /** How many writes of labels the API server refuses for a race it lost. */
  conflicts?: number;
  /** What it says to a resize. */
  resize?: "taken" | "refused";
  claim?: "pool" | "dedicated";
  uidOf?: (uid: string) => string;
  /** After the last claim. */
  lookedAtMs?: number;
  spec?: Record<string, unknown>;
}

async function adopting({
  conflicts = 0,
  resize = "taken",
  claim = "pool",
  uidOf = (uid) => uid,
  lookedAtMs = 60_000,
  spec = {},
}: Given) {
  const clock = createTestClock();
  const memory = createMemoryKube(clock);
  const revision = aRevision(spec);
  const made = await memory.create(
    resources.pods,
    claim === "pool"
      ? { ...aPod({ name: "p", phase: "Running", claim }), spec: { containers: [pooled] } }
      : { ...aPod({ name: "p", phase: "Running", claim }), spec: { containers: [own(revision)] } },
  );
  const said = (reason: string, code: number) =>
    new KubeError("patch", { code, reason, message: "as the test says" });
  const patches = { labels: 0, resize: 0 };
  const kube: Kube = {
    ...memory,
    patch(resource, key, patch, subresource) {
      if (subresource === "resize") {
        patches.resize++;
        if (resize === "refused") return Promise.reject(said("Invalid", 422));
      } else if (++patches.labels <= conflicts) return Promise.reject(said("Conflict", 409));
      return memory.patch(resource, key, patch);
    },
  };
  const catalog = { revision: () => revision } as unknown as Catalog;
  const deps = { kube, clock, random: createTestRandom(), log: createTestLog(), catalog, settings };
  const adopter = createAdopter(deps);
  const stop = new AbortController();
  const running = adopter.start(stop.signal);
  const pod = { namespace: "team", name: "p", uid: uidOf(made.metadata.uid ?? ""), claim } as EnvironmentPod;
  adopter.adopt(pod, "team/r");
  await settle();
  await clock.advance(lookedAtMs);
  stop.abort();
  await running;
  const now = await memory.get(resources.pods, { namespace: "team", name: "p" });
  const { containers } = (now?.spec ?? { containers: [] }) as { containers: { resources: object }[] };
  return { patches, claim: now?.metadata.labels?.[labels.claim], resources: containers[0]?.resources };
}

/** As a pool's pod reserves it: for the smallest function of its class. */
const pooled = {
  name: "runtime",
  resources: { requests: { cpu: "46m", memory: "192Mi" }, limits: { cpu: "1010m", memory: "320Mi" } },
};
const own = (revision: ReturnType<typeof aRevision>) =>
  (
    buildDedicatedPod({ revision, random: "abcde" }, settings, { ca: "PEM" }).spec as {
      containers: object[];
    }
  ).containers[0];

test("a claimed pod is marked as its function's and reserves what that asks for, its limit of memory kept", async () => {
  expect(await adopting({ spec: { memorySize: 200 } })).toMatchObject({
    patches: { labels: 1, resize: 1 },
    claim: "claimed",
    resources: { requests: { memory: "264Mi" }, limits: { memory: "320Mi" } },
  });
});

test("it is written a moment after the answer: the next callers come first", async () => {
  const { adoptAfterMs } = startLimits;
  expect(await adopting({ lookedAtMs: adoptAfterMs - 1 })).toMatchObject({ patches: { labels: 0 } });
  expect(await adopting({ lookedAtMs: adoptAfterMs })).toMatchObject({ patches: { labels: 1 } });
});

test("a write that lost a race is made again", async () => {
  expect(await adopting({ conflicts: 2 })).toMatchObject({ patches: { labels: 3 }, claim: "claimed" });
});

test("another pod of the same name is left alone", async () => {
  const { patches, claim } = await adopting({ conflicts: 1, uidOf: () => "another" });
  expect({ patches, claim }).toEqual({ patches: { labels: 1, resize: 0 }, claim: "pool" });
});

test("a refused resize is asked for once and leaves the pod as it is", async () => {
  expect(await adopting({ resize: "refused" })).toMatchObject({
    patches: { labels: 1, resize: 1 },
    claim: "claimed",
    resources: pooled.resources,
  });
});

test("a pod of a function's own is touched only where its CPU is strict, after INIT", async () => {
  expect(await adopting({ claim: "dedicated" })).toMatchObject({ patches: { labels: 0, resize: 0 } });
  const strict = await adopting({ claim: "dedicated", spec: { cpuPolicy: "strict", memorySize: 200 } });
  expect(strict).toMatchObject({
    patches: { labels: 0, resize: 1 },
    claim: "dedicated",
    resources: { limits: { cpu: "123m" } },
  });
});
