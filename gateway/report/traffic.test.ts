import { expect, test } from "vitest";
import type { AliasObject, AliasStatus } from "../../crds/alias/schema.ts";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { anAlias } from "../../kernel/testing/objects.ts";
import type { Callable } from "../catalog/callable.ts";
import type { Refusal } from "../placer/state.ts";
import { createTraffic } from "./traffic.ts";

const rolling = (phase: string, startTime = "2026-01-01T00:00:00Z"): AliasObject =>
  anAlias({}, {}, { rollout: { phase, fromVersion: "1", toVersion: "2", percent: 10, startTime } });
const running = (functionVersion: string, qualifier: string | undefined = "live") =>
  ({ functionVersion, qualifier, target: { functionKey: "team/hello" } }) as Callable;
const throttled: Refusal = { kind: "throttled", reason: "ConcurrentInvocationLimitExceeded", retryMs: 1 };
const cannotStart = (kind: "quota" | "image"): Refusal => ({
  kind: "cannotStart",
  failure: { kind, message: "it cannot" },
});

async function aWorld() {
  const kube = createMemoryKube(createTestClock());
  const { apiVersion, kind, metadata, spec } = anAlias();
  const { name, namespace } = metadata;
  await kube.create(resources.aliases, { apiVersion, kind, metadata: { name, namespace }, spec });
  const told = async () =>
    ((await kube.get(resources.aliases, { namespace, name }))?.status as AliasStatus | undefined)?.traffic ??
    [];
  return { kube, told };
}

test("counts the new version's requests while it is rolled out, and nothing else", async () => {
  const { kube, told } = await aWorld();
  const traffic = createTraffic({ kube }, "g1");
  traffic.ended(running("2"), true);
  traffic.aliasChanged("team/hello.live", rolling("Progressing"));
  traffic.ended(running("2"), false);
  traffic.ended(running("2"), true);
  traffic.ended(running("1"), true);
  traffic.refused(running("2"), throttled);
  await traffic.report();
  expect(await told()).toEqual([
    {
      gateway: "g1",
      startTime: "2026-01-01T00:00:00Z",
      invocations: 2,
      errors: 1,
      throttles: 1,
      unstarted: 0,
    },
  ]);
  traffic.aliasChanged("team/hello.live", rolling("Progressing", "2026-01-02T00:00:00Z"));
  traffic.ended(running("2"), false);
  await traffic.report();
  expect(await told()).toEqual([
    {
      gateway: "g1",
      startTime: "2026-01-02T00:00:00Z",
      invocations: 1,
      errors: 0,
      throttles: 0,
      unstarted: 0,
    },
  ]);
});

test("counts what came by the alias only: neither calls of the number, nor of another alias on the same version", async () => {
  const { kube, told } = await aWorld();
  const traffic = createTraffic({ kube }, "g1");
  traffic.aliasChanged("team/hello.live", rolling("Progressing"));
  const byNumber = { ...running("2"), qualifier: undefined } as unknown as Callable;
  for (const callable of [byNumber, running("2", "beta")]) {
    traffic.ended(callable, true);
    traffic.refused(callable, throttled);
  }
  await traffic.report();
  expect(await told()).toEqual([]);
  traffic.ended(running("2"), false);
  await traffic.report();
  expect(await told()).toMatchObject([{ invocations: 1, errors: 0, throttles: 0 }]);
});

test("tells throttles, which callers are answered 429, from requests that no environment could be had for", async () => {
  const { kube, told } = await aWorld();
  const traffic = createTraffic({ kube }, "g1");
  traffic.aliasChanged("team/hello.live", rolling("Progressing"));
  for (const refusal of [throttled, cannotStart("quota"), { kind: "full", what: "requests" } as const])
    traffic.refused(running("2"), refusal);
  for (const refusal of [cannotStart("image"), { kind: "waited", waitedMs: 60_000 } as const])
    traffic.refused(running("2"), refusal);
  await traffic.report();
  expect(await told()).toMatchObject([{ invocations: 0, errors: 0, throttles: 3, unstarted: 2 }]);
});

test("takes its counts out when the rollout is over", async () => {
  const { kube, told } = await aWorld();
  const traffic = createTraffic({ kube }, "g1");
  traffic.aliasChanged("team/hello.live", rolling("Progressing"));
  traffic.ended(running("2"), false);
  await traffic.report();
  traffic.aliasChanged("team/hello.live", rolling("Completed"));
  await traffic.report();
  expect(await told()).toEqual([]);
});

test("writes only what is new", async () => {
  const { kube } = await aWorld();
  let writes = 0;
  const counting = {
    ...kube,
    applyStatus(...words: Parameters<typeof kube.applyStatus>) {
      writes++;
      return kube.applyStatus(...words);
    },
  };
  const traffic = createTraffic({ kube: counting }, "g1");
  traffic.aliasChanged("team/hello.live", rolling("Progressing"));
  traffic.ended(running("2"), false);
  for (let round = 0; round < 3; round++) await traffic.report();
  expect(writes).toBe(1);
});
