/**
 * Limits with three gateways, measured by the environments themselves: each invocation says when it began and ended, by the clock of its
 * node. Gateways are killed and rolled meanwhile. These tests take parts of the installation down, so they run with nobody beside them.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cutFromApiServer } from "../../support/cut.ts";
import { installation } from "../../support/installation.ts";
import { get, kubectl, list } from "../../support/kubectl.ts";
import { aHandler } from "../../support/manifest.ts";
import { testNamespace } from "../../support/namespace.ts";
import { restart, rolledOut, workload } from "../../support/release.ts";
import { overlap, type Span } from "../../support/span.ts";
import { pause, until } from "../../support/until.ts";

const reserved = 2;
const body = `const beganMs = Date.now();
  await new Promise((resolve) => setTimeout(resolve, event.ms ?? 150));
  return { beganMs, endedMs: Date.now() };`;

const namespace = testNamespace("gateways", (made) =>
  made.ready(aHandler("limited", body, { reservedConcurrency: reserved }), aHandler("free", body)),
);

const selector = "kambda.dev/component=gateway";
const gateways = () => list("pods", installation.namespace, selector);

async function scale(replicas: number): Promise<void> {
  const { metadata } = await workload("gateway");
  await kubectl([
    "-n",
    installation.namespace,
    "scale",
    `deployment/${metadata.name}`,
    `--replicas=${replicas}`,
  ]);
  await rolledOut("gateway");
  await until("the gateways to be as many", 60, async () => (await gateways()).length === replicas);
}

beforeAll(() => scale(3), 180_000);
afterAll(() => scale(1), 180_000);

/** More callers than may run at once; `stop` gives what ran, and every refusal that is not a throttle. */
function load(functionName: string, callers = 5) {
  let going = true;
  const spans: Span[] = [];
  const throttles: string[] = [];
  const errors: Error[] = [];
  const calling = Array.from({ length: callers }, async () => {
    while (going) {
      await namespace.sdk.invoke(functionName).then(
        (answer) => spans.push(answer.json<Span>()),
        (error: Error) =>
          error.name === "TooManyRequestsException" ? throttles.push(error.message) : errors.push(error),
      );
      await pause(60);
    }
  });
  return {
    spans,
    /** As many were served, and as many at once as may be: only then is there anything to exceed. */
    isOn: (servedMin: number, atOnce: number) => spans.length > servedMin && overlap(spans) >= atOnce,
    stop: async () => {
      going = false;
      await Promise.all(calling);
      return { spans, throttles, errors: errors.map(String) };
    },
  };
}

async function placer(): Promise<string> {
  const lease = await get("lease", "kambda-placer-0", installation.namespace);
  const { holderIdentity } = (lease?.spec ?? {}) as { holderIdentity?: string };
  return (holderIdentity ?? "").split("/")[0] ?? "";
}

describe("with three gateways", () => {
  test("the 3rd invocation at once is throttled when 2 are reserved, whichever gateway it came to", async () => {
    const calling = load("limited");
    await until("the load to be served", 60, () => calling.isOn(30, reserved));
    const { spans, throttles, errors } = await calling.stop();
    expect(errors).toEqual([]);
    expect(throttles.length).toBeGreaterThan(0);
    expect(overlap(spans)).toBe(reserved);
  });

  test("the placer killed under load: another takes over, and nothing is run beyond the limit", async () => {
    const calling = load("limited");
    await until("the load to be served", 60, () => calling.isOn(10, reserved));
    const killed = await placer();
    await kubectl(["-n", installation.namespace, "delete", "pod", killed, "--force", "--grace-period=0"]);
    await until("another to be placer", 60, async () => !["", killed].includes(await placer()));
    const served = calling.spans.length;
    await until("the load to be served on", 60, () => calling.spans.length > served + 20);
    const { spans } = await calling.stop();
    expect(overlap(spans)).toBe(reserved);
    await rolledOut("gateway");
  });

  test("the placer cut off from the API server: another takes over, and the cut one has its callers served all the same", async () => {
    const calling = load("limited");
    await until("the load to be served", 60, () => calling.isOn(10, reserved));
    const cut = await placer();
    const pod = (await gateways()).find(({ metadata }) => metadata.name === cut);
    const mend = await cutFromApiServer(pod?.metadata.uid ?? "");
    try {
      await until("another to be placer", 60, async () => !["", cut].includes(await placer()));
      const served = calling.spans.length;
      await until("the load to be served on", 60, () => calling.spans.length > served + 20);
    } finally {
      await mend();
    }
    const { spans, errors } = await calling.stop();
    expect(errors).toEqual([]);
    expect(overlap(spans)).toBe(reserved);
    await rolledOut("gateway");
  }, 180_000);

  test("all rolled under load: no error but throttles, and nothing is run beyond the limit", async () => {
    const limited = load("limited");
    const free = load("free", 2);
    await until("the load to be served", 60, () => limited.isOn(10, reserved) && free.isOn(10, 1));
    await restart("gateway");
    const served = free.spans.length;
    await until("the load to be served on", 60, () => free.spans.length > served + 10);
    const [one, other] = await Promise.all([limited.stop(), free.stop()]);
    expect([...one.errors, ...other.errors, ...other.throttles]).toEqual([]);
    expect(overlap(one.spans)).toBe(reserved);
  }, 300_000);
});
