/** A node taken out of service as an administrator does it: `kubectl drain`, under load, and back again. */
import { afterAll, expect, test } from "bun:test";
import { installation } from "../support/installation.ts";
import { kubectl, list } from "../support/kubectl.ts";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { pause, until } from "../support/until.ts";

const body = `await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { pod: (await import("node:os")).hostname() };`;
const namespace = testNamespace("drain", (made) =>
  made.ready(aHandler("movable", body, { timeout: 60 }), aHandler("long", body, { timeout: 60 })),
);
const invoke = async (name: string, ms: number) =>
  (await namespace.sdk.invoke(name, { ms })).json<{ pod: string }>();

// Nodes have no namespace; the one given is not looked at.
const nodes = async () => (await list("nodes", namespace.name)).map(({ metadata }) => metadata.name);

const nodeOf = async (pod: string) =>
  ((await namespace.get("pod", pod))?.spec as { nodeName?: string } | undefined)?.nodeName;

/** The node without the gateway, which has one replica here and would be away while it moves; operator and NATS may move. */
async function nodeToDrain(): Promise<string> {
  const names = await nodes();
  expect(names.length).toBeGreaterThan(1);
  const gateways = await list("pods", installation.namespace, "app.kubernetes.io/component=gateway");
  const used = new Set(gateways.map(({ spec }) => (spec as { nodeName?: string }).nodeName));
  const free = names.find((name) => !used.has(name));
  if (free === undefined) throw new Error(`a gateway runs on every node: ${names.join(", ")}`);
  return free;
}

let drained: string | undefined;
afterAll(async () => {
  if (drained !== undefined) await kubectl(["uncordon", drained]);
});

test("a drained node loses no invocation: what runs there finishes, the rest goes elsewhere", async () => {
  const node = await nodeToDrain();
  drained = node;
  const others = (await nodes()).filter((name) => name !== node);
  for (const other of others) await kubectl(["cordon", other]);
  await namespace.kubectl("delete", "pods", "-l", "kambda.dev/component=environment", "--wait=true");
  const here = await invoke("long", 0);
  expect(await nodeOf(here.pod)).toBe(node);
  for (const other of others) await kubectl(["uncordon", other]);

  const errors: string[] = [];
  let served = 0;
  let going = true;
  const callers = [1, 2].map(async () => {
    while (going) {
      await invoke("movable", 50).then(
        () => served++,
        (error: Error) => errors.push(String(error)),
      );
      await pause(20);
    }
  });
  await until("the load to be served", 30, () => served > 10);
  const running = invoke("long", 5000);
  await pause(500);
  await kubectl(["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=100s"]);
  // All its environments are there: the other nodes took none when they were made.
  expect((await running).pod).toStartWith("kambda-");
  const selected = ["-l", "kambda.dev/component=environment", `--field-selector=spec.nodeName=${node}`];
  expect(await kubectl(["get", "pods", "-A", "-o", "name", ...selected])).toBe("");
  const before = served;
  await until("the load to be served on", 30, () => served > before + 20);
  going = false;
  await Promise.all(callers);
  expect(errors).toEqual([]);
});
