/** Provisioned concurrency: environments initialised before traffic, used first, replaced when they die, moved with an alias. */
import { describe, expect, test } from "bun:test";
import { installation } from "../support/installation.ts";
import type { KubeObject } from "../support/kubectl.ts";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { anAlias, aVersion, published, routed } from "../support/publish.ts";
import { until } from "../support/until.ts";

const namespace = testNamespace("provisioned");
const { sdk } = namespace;
/** Says how its environment was started, and which it is. */
const body = `await new Promise((r) => setTimeout(r, event.ms ?? 0));
  return { type: process.env.AWS_LAMBDA_INITIALIZATION_TYPE, id: globalThis.id ??= Math.random() };`;

interface Provisioned {
  status: string;
  statusReason?: string;
  requested: number;
  available: number;
  allocated: number;
}
const provisionedOf = async (kind: "versions" | "aliases", name: string) =>
  (await namespace.get(`${kind}.kambda.dev`, name))?.status?.provisionedConcurrency as
    | Provisioned
    | undefined;
const ready = (kind: "versions" | "aliases", name: string, requested: number) =>
  until(`${name} to be READY with ${requested}`, 90, async () => {
    const now = await provisionedOf(kind, name);
    return now?.status === "READY" && now.requested === requested ? now : undefined;
  });
const keptPods = async (name: string, version: string): Promise<KubeObject[]> => {
  const selector = `kambda.dev/provisioned=true,kambda.dev/function=${name},kambda.dev/version=${version}`;
  const pods = await namespace.list("pods", selector);
  // An environment is ready, and says so, before the kubelet has told that its pod runs.
  const isOver = (phase: unknown) => phase === "Succeeded" || phase === "Failed";
  return pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && !isOver(status?.phase),
  );
};
async function counter(name: string, fn: string): Promise<number> {
  const text = await (await fetch(`${installation.metrics}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name}{`) && one.includes(`function="${fn}"`));
  return Number(line?.split(" ").at(-1) ?? 0);
}

describe("a version with provisioned concurrency", () => {
  test("is READY before any traffic, uses what is provisioned first, and counts what spills over", async () => {
    await namespace.ready(aHandler("warm", body, { timeout: 60 }));
    await namespace.apply(aVersion("warm.1", { functionName: "warm", provisionedConcurrency: 2 }));
    await published(namespace, "warm.1");
    expect(await ready("versions", "warm.1", 2)).toEqual({
      status: "READY",
      requested: 2,
      available: 2,
      allocated: 2,
    });
    expect(await keptPods("warm", "1")).toHaveLength(2);
    const call = (ms: number) =>
      sdk.invoke("warm", { ms }, { Qualifier: "1" }).then((one) => one.json<{ type: string; id: number }>());
    expect((await call(0)).type).toBe("provisioned-concurrency");
    // An invocation is counted when its environment is free again, a moment after its answer.
    const counted = async () => [
      await counter("kambda_provisioned_concurrency_invocations_total", "warm"),
      await counter("kambda_provisioned_concurrency_spillover_invocations_total", "warm"),
    ];
    await until("both to be free", 60, async () => (await counted())[0] === 1);
    // Long enough that waiting for one to be freed is never the shorter way, on a busy machine either.
    const together = await Promise.all([1, 2, 3].map(() => call(8000)));
    expect(together.map(({ type }) => type).toSorted()).toEqual([
      "on-demand",
      "provisioned-concurrency",
      "provisioned-concurrency",
    ]);
    await until("all to be counted", 60, async () => {
      const [provisioned, spilled] = await counted();
      return provisioned === 3 && spilled === 1;
    });
  });

  test("gets another environment for one that dies, and lets all go when none is asked for", async () => {
    const before = await keptPods("warm", "1");
    const [victim] = before.map(({ metadata }) => metadata.name);
    await namespace.kubectl("delete", "pod", victim ?? "", "--wait=false");
    await until("another to take its place", 90, async () => {
      const now = await keptPods("warm", "1");
      return now.length === 2 && now.every(({ metadata }) => metadata.name !== victim);
    });
    await ready("versions", "warm.1", 2);
    await namespace.apply(aVersion("warm.1", { functionName: "warm" }));
    await until("none to be kept", 60, async () => (await keptPods("warm", "1")).length === 0);
    await until("nothing to be said of it", 60, async () => {
      return (await provisionedOf("versions", "warm.1")) === undefined;
    });
  });

  test("whose INIT fails is FAILED and says so, without pods without end", async () => {
    await namespace.ready(aHandler("dud", "return 1;\n};\nthrow new Error('no INIT');\n{"));
    await namespace.apply(aVersion("dud.1", { functionName: "dud", provisionedConcurrency: 1 }));
    const failed = await until("it to be FAILED", 90, async () => {
      const now = await provisionedOf("versions", "dud.1");
      return now?.status === "FAILED" ? now : undefined;
    });
    expect(failed).toMatchObject({ statusReason: "FUNCTION_ERROR_INIT_FAILURE", requested: 1, available: 0 });
    expect((await namespace.list("pods", "kambda.dev/provisioned=true,kambda.dev/function=dud")).length).toBe(
      1,
    );
  });
});

describe("an alias with provisioned concurrency", () => {
  test("takes it along when it goes to another version, and shares it as its invocations are", async () => {
    for (const timeout of [10, 11])
      await namespace.ready(aHandler("moved", body, { publish: true, timeout }));
    await published(namespace, "moved.2");
    await namespace.apply(anAlias("moved", { functionVersion: "1", provisionedConcurrency: 2 }));
    await routed(namespace, "moved.live");
    await ready("aliases", "moved.live", 2);
    expect([(await keptPods("moved", "1")).length, (await keptPods("moved", "2")).length]).toEqual([2, 0]);
    const routingConfig = { additionalVersionWeights: { "2": 0.5 } };
    await namespace.apply(
      anAlias("moved", { functionVersion: "1", provisionedConcurrency: 2, routingConfig }),
    );
    await until("one each", 90, async () => {
      return (await keptPods("moved", "1")).length === 1 && (await keptPods("moved", "2")).length === 1;
    });
    await ready("aliases", "moved.live", 2);
    await namespace.apply(anAlias("moved", { functionVersion: "2", provisionedConcurrency: 2 }));
    await until("all to be version 2's", 90, async () => {
      return (await keptPods("moved", "1")).length === 0 && (await keptPods("moved", "2")).length === 2;
    });
    await ready("aliases", "moved.live", 2);
    const moved = await until("the gateway to have moved the alias", 60, async () => {
      const answer = await sdk.invoke("moved:live", {});
      return answer.executedVersion === "2" && answer;
    });
    expect(moved.json<{ type: string }>().type).toBe("provisioned-concurrency");
  });
});

describe("target tracking", () => {
  interface Scaling {
    desired: number;
    message?: string;
  }
  const desired = (name: string, count: number) =>
    until(`${name} to want ${count}`, 90, async () => {
      const status = (await namespace.get("versions.kambda.dev", name))?.status;
      const scaling = status?.provisionedConcurrencyScaling as Scaling | undefined;
      return scaling?.desired === count;
    });

  test("keeps more while they are in use and fewer when they are not, says so, and leaves the spec alone", async () => {
    await namespace.ready(aHandler("tracked", body, { timeout: 60 }));
    const targetUtilization = { targetPercent: 50, scaleInCooldown: 5 };
    const provisionedConcurrencyScaling = { minCapacity: 1, maxCapacity: 3, targetUtilization };
    await namespace.apply(
      aVersion("tracked.1", {
        functionName: "tracked",
        provisionedConcurrency: 1,
        provisionedConcurrencyScaling,
      }),
    );
    await published(namespace, "tracked.1");
    await ready("versions", "tracked.1", 1);
    const running = sdk.invoke("tracked", { ms: 20_000 }, { Qualifier: "1" });
    await desired("tracked.1", 2);
    await ready("versions", "tracked.1", 2);
    expect((await running).json<{ type: string }>().type).toBe("provisioned-concurrency");
    await desired("tracked.1", 1);
    await ready("versions", "tracked.1", 1);
    const version = await namespace.get("versions.kambda.dev", "tracked.1");
    expect(version).toMatchObject({ spec: { provisionedConcurrency: 1 } });
    // An Event comes a moment later; on a busy machine the tracking takes more steps up and down.
    await until("it to be told", 60, async () => {
      const events = await namespace.list("events");
      const told = events
        .filter(({ reason }) => reason === "ProvisionedConcurrencyScaled")
        .map(({ message }) => String(message));
      const hasSaid = (step: string) =>
        told.some((message) => message.startsWith(`Provisioned concurrency ${step}:`));
      return hasSaid("1 → 2") && hasSaid("2 → 1");
    });
  });
});

describe("reserved concurrency", () => {
  test("that would leave less than 100 unreserved is refused with what is allowed, and the function goes on", async () => {
    await namespace.ready(aHandler("greedy", body, { reservedConcurrency: 5 }));
    await namespace.apply(aHandler("greedy", body, { reservedConcurrency: 950 }));
    const refused = await until("it to be refused", 60, async () =>
      (await namespace.status("greedy")).conditions?.find(
        ({ type, status }) => type === "Reserved" && status === "False",
      ),
    );
    expect(refused.message).toMatch(/at most \d+ can be reserved here; it keeps the 5 it has/);
    expect((await sdk.invoke("greedy", {})).json<{ type: string }>().type).toBe("on-demand");
  });

  test("that is all provisioned leaves unpublished code none", async () => {
    await namespace.ready(aHandler("exact", body, { reservedConcurrency: 1 }));
    await namespace.apply(aVersion("exact.1", { functionName: "exact", provisionedConcurrency: 1 }));
    await published(namespace, "exact.1");
    await ready("versions", "exact.1", 1);
    expect(await sdk.refused("exact", {})).toMatchObject({
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      $metadata: { httpStatusCode: 429 },
    });
    const answer = await sdk.invoke("exact", {}, { Qualifier: "1" });
    expect(answer.json<{ type: string }>().type).toBe("provisioned-concurrency");
  });
});
