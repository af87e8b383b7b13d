/**
 * Limits with three gateways, measured by the environments themselves: each invocation logs when it began and ended, by the clock of its
 * node, so that what ran counts though its caller lost it. Gateways are killed and rolled meanwhile. These tests take parts of the installation down, so they run with nobody beside them.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cutFromApiServer } from "../../support/cut.ts";
import { gateways, killGateway, loadOf, placer, scaleGateways } from "../../support/gateways.ts";
import { aHandler } from "../../support/manifest.ts";
import { testNamespace } from "../../support/namespace.ts";
import { restart, rolledOut } from "../../support/release.ts";
import { overlap, spanBody } from "../../support/span.ts";
import { until } from "../../support/until.ts";

const reserved = 2;

const namespace = testNamespace("gateways", (made) =>
  made.ready(aHandler("limited", spanBody, { reservedConcurrency: reserved }), aHandler("free", spanBody)),
);
const load = (functionName: string, callers?: number) => loadOf(namespace, functionName, callers);

beforeAll(() => scaleGateways(3), 180_000);
afterAll(() => scaleGateways(1), 180_000);

describe("with three gateways", () => {
  test("the 3rd invocation at once is throttled when 2 are reserved, whichever gateway it came to", async () => {
    const calling = load("limited");
    await until("the load to be served", 60, () => calling.isOn(30, reserved));
    const { spans, throttles, errors } = await calling.stop();
    expect(errors).toEqual([]);
    expect(throttles.length).toBeGreaterThan(0);
    expect(overlap(spans)).toBe(reserved);
  });

  test("the placer's process killed under load: another takes over, only who was in it loses an answer, and nothing is run beyond the limit", async () => {
    const calling = load("limited");
    await until("the load to be served", 60, () => calling.isOn(10, reserved));
    const killed = await placer();
    await killGateway(killed);
    await until("another to be placer", 60, async () => !["", killed].includes(await placer()));
    const served = calling.answers.length;
    await until("the load to be served on", 60, () => calling.answers.length > served + 20);
    const { spans, errors } = await calling.stop();
    console.log(
      `measured: the placer killed: ${spans.length} ran, ${calling.answers.length} answered, ${errors.length} of ${calling.callers} callers lost an answer`,
    );
    // Whose connection was to the killed one: nobody was told anything but that it is gone.
    expect(errors.filter(({ httpStatus }) => httpStatus !== undefined)).toEqual([]);
    expect(errors.length).toBeLessThanOrEqual(calling.callers);
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
      const served = calling.answers.length;
      await until("the load to be served on", 60, () => calling.answers.length > served + 20);
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
    const served = free.answers.length;
    await until("the load to be served on", 60, () => free.answers.length > served + 10);
    const [one, other] = await Promise.all([limited.stop(), free.stop()]);
    expect([...one.errors, ...other.errors, ...other.throttles]).toEqual([]);
    expect(overlap(one.spans)).toBe(reserved);
  }, 300_000);
});
