/** Progressive delivery: an alias goes to the next version in steps, and back when too much fails. Its spec is never written. */
import { describe, expect, test } from "bun:test";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { anAlias, published, routed } from "../support/publish.ts";
import { until } from "../support/until.ts";

const namespace = testNamespace("rollouts");
const { sdk } = namespace;

/** Version 1 answers; version 2 does what `second` says. */
async function prepare(name: string, second: string): Promise<void> {
  for (const [index, body] of ["return 1;", second].entries()) {
    await namespace.ready(aHandler(name, body, { publish: true }));
    await published(namespace, `${name}.${index + 1}`);
  }
  await namespace.apply(anAlias(name, { functionVersion: "1" }));
  await routed(namespace, `${name}.live`);
}
const statusOf = async (name: string) =>
  ((await namespace.get("aliases.kambda.dev", `${name}.live`))?.status ?? {}) as {
    functionVersion?: string;
    rollout?: { phase: string; percent: number; message?: string };
    conditions?: { reason: string; message: string }[];
  };
/** Waits for Events about the alias with these reasons: they come a moment after the status. */
async function told(name: string, ...reasons: string[]): Promise<void> {
  await until(`${reasons.join(", ")} to be told`, 60, async () => {
    const events = await namespace.list("events");
    const said = events
      .filter((one) => (one.involvedObject as { name: string }).name === `${name}.live`)
      .map((one) => String(one.reason));
    expect(said).toEqual(expect.arrayContaining(reasons));
    return true;
  });
}
/** Invokes the alias until the rollout is over; how often each version answered. */
async function callUntilOver(name: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  await until("the rollout to end", 90, async () => {
    for (let call = 0; call < 10; call++) {
      const { executedVersion = "" } = await sdk.invoke(`${name}:live`);
      counts.set(executedVersion, (counts.get(executedVersion) ?? 0) + 1);
    }
    return ["Completed", "RolledBack"].includes((await statusOf(name)).rollout?.phase ?? "");
  });
  return counts;
}
const rollback = { errorPercent: 20, invocationsMin: 5 };

describe("a rollout", () => {
  test("in linear steps ends at the new version, told step by step, the spec untouched", async () => {
    await prepare("steady", "return 2;");
    const rollout = { type: "Linear", stepPercent: 40, interval: 3, rollback };
    await namespace.apply(anAlias("steady", { functionVersion: "2", rollout }));
    await until(
      "both to be routed",
      60,
      async () => (await statusOf("steady")).rollout?.phase === "Progressing",
    );
    expect((await statusOf("steady")).functionVersion).toBe("1");
    const counts = await callUntilOver("steady");
    expect([...counts.keys()].toSorted()).toEqual(["1", "2"]);
    expect(await statusOf("steady")).toMatchObject({ functionVersion: "2", rollout: { phase: "Completed" } });
    await told("steady", "RolloutStarted", "RolloutStep", "RolloutCompleted");
    const object = await namespace.get("aliases.kambda.dev", "steady.live");
    // Made, and changed by us once: nobody else wrote the spec.
    expect((object?.metadata as { generation?: number } | undefined)?.generation).toBe(2);
    expect((await sdk.invoke("steady:live")).executedVersion).toBe("2");
  });

  test("of a version that fails goes back by itself, and says what failed", async () => {
    await prepare("broken", "throw new Error('broken');");
    const rollout = { type: "Canary", stepPercent: 50, interval: 600, rollback };
    await namespace.apply(anAlias("broken", { functionVersion: "2", rollout }));
    await until(
      "both to be routed",
      60,
      async () => (await statusOf("broken")).rollout?.phase === "Progressing",
    );
    await callUntilOver("broken");
    const { functionVersion, rollout: ended, conditions = [] } = await statusOf("broken");
    expect([functionVersion, ended?.phase, ended?.percent]).toEqual(["1", "RolledBack", 0]);
    const message = conditions.find(({ reason }) => reason === "RolledBack")?.message;
    expect(message).toMatch(
      /^The rollout of version 2 was taken back: Version 2 failed \d+ and throttled 0 of \d+ requests\. Invocations go to version 1\.$/,
    );
    await told("broken", "RolledBack");
    await until("version 1 alone to answer", 60, async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => sdk.invoke("broken:live")));
      return answers.every(({ executedVersion }) => executedVersion === "1");
    });
  });
});
