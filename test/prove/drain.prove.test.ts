/** A node taken out of service as an administrator does it: `kubectl drain`, under load, and back again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gateways, loadOf, placer, scaleGateways } from "../support/gateways.ts";
import { installation } from "../support/installation.ts";
import { get, kubectl, list } from "../support/kubectl.ts";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { rolledOut } from "../support/release.ts";
import { overlap, spanBody } from "../support/span.ts";
import { pause, until } from "../support/until.ts";

const reserved = 2;
const body = `await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { pod: (await import("node:os")).hostname() };`;
const namespace = testNamespace("drain", (made) =>
  made.ready(
    aHandler("movable", spanBody, { timeout: 60 }),
    aHandler("long", body, { timeout: 60 }),
    aHandler("limited", spanBody, { reservedConcurrency: reserved }),
    aHandler("free", spanBody),
  ),
);
const invoke = async (name: string, ms: number) =>
  (await namespace.sdk.invoke(name, { ms })).json<{ pod: string }>();

// Nodes have no namespace; the one given is not looked at.
const nodes = async () => (await list("nodes", namespace.name)).map(({ metadata }) => metadata.name);

const nodeOf = async (pod: string, inNamespace = namespace.name) =>
  ((await get("pod", pod, inNamespace))?.spec as { nodeName?: string } | undefined)?.nodeName;

/** The node without the gateway, which has one replica here and would be away while it moves; operator and NATS may move. */
async function nodeToDrain(): Promise<string> {
  const names = await nodes();
  expect(names.length).toBeGreaterThan(1);
  const gateways = await list("pods", installation.namespace, "app.kubernetes.io/component=gateway");
  const staying = gateways.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const used = new Set(staying.map(({ spec }) => (spec as { nodeName?: string }).nodeName));
  const free = names.find((name) => !used.has(name));
  if (free === undefined) throw new Error(`a gateway runs on every node: ${names.join(", ")}`);
  return free;
}

const unschedulable = "node.kubernetes.io/unschedulable";

const drained = new Set<string>();
afterAll(async () => {
  for (const node of drained) await uncordon(node);
});

/**
 * The taint that keeps pods away goes by what the controller manager last saw of the node: after a cordon a moment before it may stay
 * until the node's next news, which can be minutes.
 */
async function uncordon(node: string): Promise<void> {
  await kubectl(["uncordon", node]);
  await until(`${node} to take pods again`, 60, async () => {
    const found = await get("node", node, installation.namespace);
    if (found === undefined) throw new Error(`there is no node ${node}`);
    const { taints = [] } = found.spec as { taints?: { key: string }[] };
    if (!taints.some(({ key }) => key === unschedulable)) return true;
    await kubectl(["taint", "nodes", node, `${unschedulable}:NoSchedule-`]);
    return false;
  });
}

async function drain(node: string): Promise<void> {
  drained.add(node);
  await kubectl(["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=100s"]);
}

test("a drained node loses no invocation: what runs there finishes, the rest goes elsewhere", async () => {
  const node = await nodeToDrain();
  const others = (await nodes()).filter((name) => name !== node);
  for (const other of others) await kubectl(["cordon", other]);
  await namespace.kubectl("delete", "pods", "-l", "kambda.dev/component=environment", "--wait=true");
  const here = await invoke("long", 0);
  expect(await nodeOf(here.pod)).toBe(node);
  for (const other of others) await uncordon(other);

  const movable = loadOf(namespace, "movable", 2);
  await until("the load to be served", 30, () => movable.answers.length > 10);
  const running = invoke("long", 5000);
  await pause(500);
  await drain(node);
  // All its environments are there: the other nodes took none when they were made.
  expect((await running).pod).toStartWith("kambda-");
  const selected = ["-l", "kambda.dev/component=environment", `--field-selector=spec.nodeName=${node}`];
  expect(await kubectl(["get", "pods", "-A", "-o", "name", ...selected])).toBe("");
  const served = movable.answers.length;
  await until("the load to be served on", 30, () => movable.answers.length > served + 20);
  // What ran is waited for in the environments' own logs: nothing began there that did not end.
  const { errors, throttles } = await movable.stop();
  expect([...errors, ...throttles]).toEqual([]);
});

describe("with three gateways", () => {
  beforeAll(async () => {
    for (const node of drained) await uncordon(node);
    await scaleGateways(3);
  }, 180_000);
  afterAll(() => scaleGateways(1), 180_000);

  test("the placer's node drained under load: no error but throttles, and nothing is run beyond the limit", async () => {
    const limited = loadOf(namespace, "limited");
    const free = loadOf(namespace, "free", 3);
    await until("the load to be served", 60, () => limited.isOn(30, reserved) && free.isOn(30, 1));
    const before = await placer();
    const node = await nodeOf(before, installation.namespace);
    await drain(node ?? "");
    const served = free.answers.length;
    await until("the load to be served on", 60, () => free.answers.length > served + 30);
    const [one, other] = await Promise.all([limited.stop(), free.stop()]);
    expect([...one.errors, ...other.errors, ...other.throttles]).toEqual([]);
    expect(overlap(one.spans)).toBe(reserved);
    expect(await placer()).not.toBe(before);
    await rolledOut("gateway");
    for (const { metadata } of await gateways())
      expect(await nodeOf(metadata.name, installation.namespace)).not.toBe(node);
  }, 300_000);
});
