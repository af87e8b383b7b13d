/** The operator on a real API server and a real NATS: made, changed, broken, mended, restarted, cut off, deleted. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { parseRevision, type RevisionObject } from "../../../crds/revision/schema.ts";
import { createSystemClock } from "../../../kernel/clock/clock.ts";
import { findCredentials } from "../../../kernel/kube/find.ts";
import type { KubeObject } from "../../../kernel/kube/port.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { archiveObject, zipObject } from "../../../kernel/store/names.ts";
import { environment } from "../../support/kubectl.ts";
import { until } from "../../support/until.ts";
import { relayTo } from "./proxy.ts";
import { type OperatorWorld, operatorWorld, type RunningOperator } from "./world.ts";

setDefaultTimeout(180_000);

let world: OperatorWorld;

beforeAll(async () => {
  world = await operatorWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

function aFunction(name: string, spec: object = {}): KubeObject {
  return {
    apiVersion: "kambda.dev/v1alpha1",
    kind: "Function",
    metadata: { namespace: world.namespace, name },
    spec: { runtime: "nodejs24.x", handler: "index.handler", code: inline(name), ...spec },
  };
}
const inline = (text: string) => ({
  inline: { "index.mjs": `export const handler = async () => "${text}";` },
});
const apply = (object: KubeObject) => world.kube.apply(resources.functions, object, "integration");
const change = (name: string, patch: object) =>
  world.kube.patch(resources.functions, { namespace: world.namespace, name }, patch);
const remove = (name: string) => world.kube.remove(resources.functions, { namespace: world.namespace, name });

/** The status once the newest generation is judged. */
async function judged(name: string): Promise<Record<string, unknown>> {
  return until(`the operator to judge ${name}`, 60, async () => {
    const object = await world.kube.get(resources.functions, { namespace: world.namespace, name });
    const status = (object?.status ?? {}) as Record<string, unknown>;
    const isNew = status.observedGeneration === object?.metadata.generation;
    return isNew && status.lastUpdateStatus !== "InProgress" ? status : undefined;
  });
}
async function revisionsOf(name: string): Promise<RevisionObject[]> {
  const labelSelector = `kambda.dev/function=${name}`;
  const page = await world.kube.list(resources.revisions, { namespace: world.namespace, labelSelector });
  return page.items.map(parseRevision);
}
/** The objects of the only Revision's code. */
async function codeOf(name: string): Promise<string[]> {
  const code = (await revisionsOf(name))[0]?.spec.code;
  return code === undefined ? [] : [archiveObject(code.archiveSha256), zipObject(code.codeSha256)];
}

test("a Function becomes Active: a Revision of its own, code in the store, Events that tell it", async () => {
  await using _ = await world.start();
  await apply(aFunction("made", { url: { authType: "NONE" } }));
  const status = await judged("made");
  expect(status).toMatchObject({ state: "Active", lastUpdateStatus: "Successful", observedGeneration: 1 });
  expect(status.url).toMatch(/^http:\/\/[a-z0-9]{32}\./);
  const [revision, ...others] = await revisionsOf("made");
  expect<unknown>([revision?.metadata.name, others]).toEqual([status.revision, []]);
  const stored = await codeOf("made");
  expect(await Promise.all(stored.map((name) => world.store.has(name)))).toEqual([true, true]);
  const told = await until("the Events", 10, async () => {
    const { items } = await world.kube.list(resources.events, { namespace: world.namespace });
    const reasons = items
      .filter((one) => (one.involvedObject as { name: string }).name === "made")
      .map((one) => one.reason);
    return reasons.length >= 3 ? reasons : undefined;
  });
  expect(told.toSorted()).toEqual(["Active", "CodeStored", "FetchingCode"]);
});

test("what a person wrote is never written: the operator owns status and finalizers only", async () => {
  await using _ = await world.start();
  const before = await apply(aFunction("untouched"));
  await judged("untouched");
  const after = await world.kube.get(resources.functions, { namespace: world.namespace, name: "untouched" });
  expect(after?.spec).toEqual(before.spec as object);
  expect(after?.metadata.generation).toBe(before.metadata.generation);
});

test("a restart changes nothing: not a Revision, not a status, and a failed update stays failed", async () => {
  await using first = await world.start();
  await apply(aFunction("steady"));
  await apply(aFunction("failing"));
  await judged("failing");
  await change("failing", { spec: { runtime: "cobol85" } });
  await judged("failing");
  await judged("steady");
  const look = async () => [
    await world.status("steady"),
    await world.status("failing"),
    await revisionsOf("failing"),
  ];
  const before = await look();
  await first.stop();
  await using _ = await world.start();
  await apply(aFunction("after-restart"));
  await judged("after-restart");
  expect(await look()).toEqual(before);
});

test("work that came while no operator ran is done when one comes", async () => {
  await apply(aFunction("early"));
  await using first = await world.start();
  await judged("early");
  await first.stop();
  await change("early", { spec: { memorySize: 512 } });
  await remove("made");
  await using _ = await world.start();
  expect(await judged("early")).toMatchObject({ lastUpdateStatus: "Successful", observedGeneration: 2 });
  await until("the deleted one to be gone", 60, async () => (await revisionsOf("made")).length === 0);
});

test("with its connection to the API server cut it goes on trying, and catches up with everything it missed", async () => {
  const { server } = await findCredentials({ clock: createSystemClock() }, environment);
  await using relay = await relayTo(new URL(server));
  await apply(aFunction("cut-deleted"));
  await using operator = await world.start(`https://127.0.0.1:${relay.port}`);
  await judged("cut-deleted");
  relay.cut();
  await apply(aFunction("cut-made"));
  await remove("cut-deleted");
  await until("the operator to notice", 30, () =>
    operator.log.lines.some((line) => /cannot|broke/.test(line)),
  );
  expect(await world.status("cut-made")).toEqual({});
  relay.mend();
  expect(await judged("cut-made")).toMatchObject({ state: "Active" });
  await until("the deleted one to be gone", 60, async () => (await revisionsOf("cut-deleted")).length === 0);
});

/** These wait for rounds and graces of the operator's own: beside each other, on one. */
describe("in its own time", () => {
  let operator: RunningOperator;
  beforeAll(async () => {
    operator = await world.start();
  });
  afterAll(() => operator.stop());

  test.concurrent("an update makes another Revision; a broken one keeps it, and mending serves again", async () => {
    await apply(aFunction("updated"));
    const first = await judged("updated");
    await change("updated", { spec: { timeout: 9 } });
    const second = await judged("updated");
    expect(second.revision).not.toBe(first.revision);
    await change("updated", { spec: { code: { inline: null, configMap: { name: "missing" } } } });
    const broken = await judged("updated");
    expect(broken).toMatchObject({
      state: "Active",
      revision: second.revision,
      lastUpdateStatus: "Failed",
      lastUpdateStatusReasonCode: "SourceNotFound",
    });
    const data = { "index.mjs": "export const handler = async () => 1;" };
    const metadata = { namespace: world.namespace, name: "missing" };
    await world.kube.create(resources.configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
    await until("the mended source to be taken", 60, async () => {
      return (await world.status("updated")).lastUpdateStatus === "Successful";
    });
  });

  test.concurrent("deleting a Function leaves nothing of it, code included, when no other has the same", async () => {
    await apply(aFunction("leaving", { code: inline("only here") }));
    await judged("leaving");
    const [archive = ""] = await codeOf("leaving");
    await remove("leaving");
    await until("it to be gone", 30, async () => {
      return (
        (await world.kube.get(resources.functions, { namespace: world.namespace, name: "leaving" })) ===
        undefined
      );
    });
    expect(await revisionsOf("leaving")).toEqual([]);
    await until("its code to be gone", 120, async () => !(await world.store.has(archive)));
  });

  test.concurrent("references are checked without reading a Secret: a missing role, Secret or key is told with its mend", async () => {
    await apply(aFunction("roleless", { role: "nobody" }));
    expect(await judged("roleless")).toMatchObject({ state: "Failed", stateReasonCode: "RoleNotFound" });
    const metadata = { namespace: world.namespace, name: "nobody" };
    await world.kube.create(resources.serviceAccounts, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata,
    });
    await until("the account to be found no role", 60, async () => {
      return (await world.status("roleless")).stateReasonCode === "RoleNotAssumable";
    });
    await world.kube.patch(resources.serviceAccounts, metadata, {
      metadata: { annotations: { "kambda.dev/assumable": "true" } },
    });
    await until("the role to be taken", 60, async () => (await world.status("roleless")).state === "Active");
  });
});
