/**
 * What any Kubernetes behind the port does: run against the one in memory and against a real API server, so that what is tested
 * on the first holds for the second. Each claim works on ConfigMaps and Functions of a namespace of its own.
 */
import assert from "node:assert/strict";
import { isReason, type Kube, type KubeObject, type WatchEvent } from "./port.ts";
import { resources } from "./resources.ts";

type Claim = (kube: Kube, namespace: string) => Promise<void>;

const { configMaps, eventSourceMappings: mappings, functions } = resources;
const manager = "kambda-contract";

function aConfigMap(namespace: string, name: string, more: object = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, ...more };
}

function aFunction(namespace: string, name: string): KubeObject {
  const code = { inline: { "index.mjs": "" } };
  const spec = { runtime: "nodejs24.x", handler: "index.handler", code };
  return { apiVersion: "kambda.dev/v1alpha1", kind: "Function", metadata: { name, namespace }, spec };
}

/** No controller writes its status, whatever runs on the cluster. */
function aMapping(namespace: string, name: string): KubeObject {
  const spec = { functionName: "f", source: { sqs: { queueUrl: "https://q/x" } } };
  return {
    apiVersion: "kambda.dev/v1alpha1",
    kind: "EventSourceMapping",
    metadata: { name, namespace },
    spec,
  };
}

async function reasonOf(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => "none",
    (reason: unknown) => reason,
  );
  for (const reason of ["NotFound", "Conflict", "AlreadyExists", "Invalid"])
    if (isReason(error, reason)) return reason;
  return String(error);
}

/** Events until `enough` says so; the signal ends the watch. */
async function watched(
  kube: Kube,
  selection: Parameters<Kube["watch"]>[1],
  from: string,
  enough: (events: string[]) => boolean,
): Promise<string[]> {
  const stop = new AbortController();
  const events: string[] = [];
  for await (const event of kube.watch(configMaps, selection, from, stop.signal)) {
    if (event.type !== "BOOKMARK") events.push(shown(event));
    if (enough(events)) break;
  }
  stop.abort();
  return events;
}

function shown(event: Exclude<WatchEvent, { type: "BOOKMARK" }>): string {
  return event.type === "ERROR"
    ? `ERROR ${event.status.code}`
    : `${event.type} ${event.object.metadata.name}`;
}

export const kubeContract: Record<string, Claim> = {
  async "gives what was created, with an identity and a version"(kube, namespace) {
    const made = await kube.create(configMaps, aConfigMap(namespace, "a", { data: { k: "v" } }));
    assert.ok(made.metadata.uid);
    const got = await kube.get(configMaps, { namespace, name: "a" });
    assert.deepEqual([got?.kind, got?.data, got?.metadata.uid], ["ConfigMap", { k: "v" }, made.metadata.uid]);
    const metadata = await kube.getMetadata(configMaps, { namespace, name: "a" });
    assert.equal(metadata?.resourceVersion, got?.metadata.resourceVersion);
  },
  async "says undefined of what is not there, and NotFound when it is to be changed"(kube, namespace) {
    const key = { namespace, name: "none" };
    assert.equal(await kube.get(configMaps, key), undefined);
    assert.equal(await kube.getMetadata(configMaps, key), undefined);
    assert.equal(await reasonOf(kube.patch(configMaps, key, { data: {} })), "NotFound");
    await kube.remove(configMaps, key);
  },
  async "refuses to create a name twice, and makes names up"(kube, namespace) {
    await kube.create(configMaps, aConfigMap(namespace, "a"));
    assert.equal(await reasonOf(kube.create(configMaps, aConfigMap(namespace, "a"))), "AlreadyExists");
    const { name: _name, ...metadata } = { ...aConfigMap(namespace, "").metadata, generateName: "made-" };
    const made = await kube.create(configMaps, {
      ...aConfigMap(namespace, ""),
      metadata: metadata as KubeObject["metadata"],
    });
    assert.match(made.metadata.name, /^made-.+/);
  },
  async "lists by namespace and label, with the type on every item"(kube, namespace) {
    const labelled = { metadata: { name: "a", namespace, labels: { x: "1" } } };
    await kube.create(configMaps, { ...aConfigMap(namespace, "a"), ...labelled });
    await kube.create(configMaps, aConfigMap(namespace, "b"));
    const page = await kube.list(configMaps, { namespace, labelSelector: "x=1" });
    assert.deepEqual(
      page.items.map((one) => [one.apiVersion, one.kind, one.metadata.name]),
      [["v1", "ConfigMap", "a"]],
    );
    const named = await kube.list(configMaps, { namespace, fieldSelector: "metadata.name=b" });
    assert.deepEqual(
      named.items.map((one) => one.metadata.name),
      ["b"],
    );
  },
  async "watches from a version on: made, changed, deleted"(kube, namespace) {
    const { resourceVersion } = await kube.list(configMaps, { namespace });
    await kube.create(configMaps, aConfigMap(namespace, "a"));
    await kube.patch(configMaps, { namespace, name: "a" }, { data: { k: "v" } });
    await kube.remove(configMaps, { namespace, name: "a" });
    const events = await watched(kube, { namespace }, resourceVersion, (all) => all.includes("DELETED a"));
    assert.deepEqual(
      events.filter((one) => one.endsWith(" a")),
      ["ADDED a", "MODIFIED a", "DELETED a"],
    );
  },
  async "shows an object that leaves a selection as deleted"(kube, namespace) {
    const { resourceVersion } = await kube.list(configMaps, { namespace });
    const labelled = { metadata: { name: "a", namespace, labels: { x: "1" } } };
    await kube.create(configMaps, { ...aConfigMap(namespace, "a"), ...labelled });
    await kube.patch(configMaps, { namespace, name: "a" }, { metadata: { labels: { x: "2" } } });
    const selection = { namespace, labelSelector: "x=1" };
    assert.deepEqual(await watched(kube, selection, resourceVersion, (all) => all.length === 2), [
      "ADDED a",
      "DELETED a",
    ]);
  },
  async "ends a watch quietly when its signal fires"(kube, namespace) {
    const { resourceVersion } = await kube.list(configMaps, { namespace });
    const stop = new AbortController();
    const watching = (async () => {
      for await (const event of kube.watch(configMaps, { namespace }, resourceVersion, stop.signal)) {
        assert.notEqual(event.type, "ERROR");
      }
    })();
    stop.abort();
    await watching;
  },
  async "applies a full intent: what is left out goes, what others wrote stays"(kube, namespace) {
    await kube.apply(configMaps, aConfigMap(namespace, "a", { data: { mine: "1", gone: "1" } }), manager);
    await kube.patch(configMaps, { namespace, name: "a" }, { data: { theirs: "1" } });
    const now = await kube.apply(configMaps, aConfigMap(namespace, "a", { data: { mine: "2" } }), manager);
    assert.deepEqual(now.data, { mine: "2", theirs: "1" });
  },
  async "changes nothing, not even the version, when the same is applied again"(kube, namespace) {
    const intent = aConfigMap(namespace, "a", { data: { k: "v" } });
    const first = await kube.apply(configMaps, intent, manager);
    const second = await kube.apply(configMaps, intent, manager);
    assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
  },
  async "refuses to apply to another object of the same name"(kube, namespace) {
    await kube.create(configMaps, aConfigMap(namespace, "a"));
    const other = aConfigMap(namespace, "a", { metadata: { name: "a", namespace, uid: "another" } });
    assert.equal(await reasonOf(kube.apply(configMaps, other, manager)), "Invalid");
  },
  async "replaces only what has not changed meanwhile"(kube, namespace) {
    const made = await kube.create(configMaps, aConfigMap(namespace, "a"));
    const replaced = await kube.replace(configMaps, { ...made, data: { k: "1" } });
    assert.deepEqual(replaced.data, { k: "1" });
    assert.equal(await reasonOf(kube.replace(configMaps, { ...made, data: { k: "2" } })), "Conflict");
  },
  async "patches only the version named, when one is"(kube, namespace) {
    const made = await kube.create(configMaps, aConfigMap(namespace, "a"));
    const key = { namespace, name: "a" };
    await kube.patch(configMaps, key, { data: { k: "1", l: "1" } });
    const now = await kube.patch(configMaps, key, { data: { l: null } });
    assert.deepEqual(now.data, { k: "1" });
    const stale = { metadata: { resourceVersion: made.metadata.resourceVersion }, data: { k: "2" } };
    assert.equal(await reasonOf(kube.patch(configMaps, key, stale)), "Conflict");
  },
  async "deletes only the object with the uid named"(kube, namespace) {
    const made = await kube.create(configMaps, aConfigMap(namespace, "a"));
    await kube.remove(configMaps, { namespace, name: "a" }, { uid: "another" });
    assert.ok(await kube.get(configMaps, { namespace, name: "a" }));
    await kube.remove(configMaps, { namespace, name: "a" }, { uid: made.metadata.uid ?? "" });
    assert.equal(await kube.get(configMaps, { namespace, name: "a" }), undefined);
  },
  async "keeps an object until its finalizers are off"(kube, namespace) {
    const held = { metadata: { name: "a", namespace, finalizers: ["kambda.dev/contract"] } };
    await kube.create(configMaps, { ...aConfigMap(namespace, "a"), ...held });
    const key = { namespace, name: "a" };
    await kube.remove(configMaps, key);
    assert.ok((await kube.get(configMaps, key))?.metadata.deletionTimestamp);
    await kube.patch(configMaps, key, { metadata: { finalizers: [] } });
    assert.equal(await kube.get(configMaps, key), undefined);
  },
  async "keeps status apart from the rest, and counts generations of the spec only"(kube, namespace) {
    const made = await kube.create(mappings, { ...aMapping(namespace, "m"), status: { state: "Enabled" } });
    assert.deepEqual([made.status, made.metadata.generation], [undefined, 1]);
    const { apiVersion, kind } = made;
    const status = { state: "Creating", conditions: [] };
    const shownNow = await kube.applyStatus(
      mappings,
      { apiVersion, kind, metadata: { name: "m", namespace }, status },
      manager,
    );
    assert.deepEqual([shownNow.status, shownNow.metadata.generation], [status, 1]);
    const patched = await kube.patch(
      mappings,
      { namespace, name: "m" },
      { spec: { batchSize: 9 }, status: {} },
    );
    assert.deepEqual([patched.status, patched.metadata.generation], [status, 2]);
  },
  async "lets two managers each have their conditions"(kube, namespace) {
    const { apiVersion, kind } = await kube.create(functions, aFunction(namespace, "f"));
    const condition = (type: string) => ({
      type,
      status: "True",
      reason: "R",
      message: "m",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    });
    const write = (types: string[], by: string) =>
      kube.applyStatus(
        functions,
        {
          apiVersion,
          kind,
          metadata: { name: "f", namespace },
          status: { conditions: types.map(condition) },
        },
        by,
      );
    // Of a type that nobody else writes: where an operator runs, it has conditions of its own there.
    await write(["Kept", "TakenOut"], manager);
    await write(["Another"], "kambda-other");
    const { status } = await write(["Kept"], manager);
    const types = (status as { conditions: { type: string }[] }).conditions.map((one) => one.type);
    const ours = types.filter((type) => ["Kept", "TakenOut", "Another"].includes(type));
    assert.deepEqual(ours.toSorted(), ["Another", "Kept"]);
  },
};
