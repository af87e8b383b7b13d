/**
 * A Kubernetes in memory behind the same port, for tests and simulation: objects, versions, watches, server-side apply, the
 * status subresource, finalizers, owners. Held to the contract that the real one is held to.
 */
import type { Clock } from "../../clock/clock.ts";
import { type Kube, KubeError, type KubeObject, type ObjectKey, type Resource } from "../port.ts";
import { apiVersionOf } from "../resources.ts";
import { applied, type Intents } from "./apply.ts";
import { mergePatched } from "./merge.ts";
import { dependantsOf } from "./owners.ts";
import { matches } from "./select.ts";
import { createMemoryWatches } from "./watches.ts";

export interface MemoryKube extends Kube {
  /** What is there, by `plural/namespace/name`. */
  objects: ReadonlyMap<string, KubeObject>;
}

/** Kinds whose status is a subresource of its own: written there only. */
const withStatus: ReadonlySet<string> = new Set([
  "functions",
  "revisions",
  "versions",
  "aliases",
  "eventsourcemappings",
  "layerversions",
  "pods",
]);

export function createMemoryKube(clock: Clock): MemoryKube {
  const objects = new Map<string, KubeObject>();
  const intents: Intents = new Map();
  const watches = createMemoryWatches();
  let version = 0;
  let made = 0;

  const storeKey = (resource: Resource, { namespace, name }: ObjectKey) =>
    `${resource.plural}/${namespace ?? ""}/${name}`;
  const keyOf = (object: KubeObject): ObjectKey => object.metadata;
  const refuse = (doing: string, code: number, reason: string, message: string) =>
    new KubeError(doing, { code, reason, message });
  const found = (resource: Resource, key: ObjectKey): KubeObject => {
    const object = objects.get(storeKey(resource, key));
    if (object !== undefined) return object;
    throw refuse("find", 404, "NotFound", `${resource.plural} "${key.name}" not found`);
  };

  /** Stores what changed; one that waited only for its finalizers goes. */
  const commit = (resource: Resource, before: KubeObject | undefined, next: KubeObject): KubeObject => {
    const isSame =
      before !== undefined && JSON.stringify(stripped(before)) === JSON.stringify(stripped(next));
    if (isSame) return before;
    const specChanged = JSON.stringify(before?.spec) !== JSON.stringify(next.spec);
    const generation = (before?.metadata.generation ?? 0) + (specChanged || before === undefined ? 1 : 0);
    const stored: KubeObject = {
      ...next,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: { ...next.metadata, generation, resourceVersion: String(++version) },
    };
    const key = storeKey(resource, keyOf(stored));
    if (stored.metadata.deletionTimestamp !== undefined && (stored.metadata.finalizers ?? []).length === 0) {
      drop(resource, before, stored);
      return stored;
    }
    objects.set(key, stored);
    watches.tell(resource, { version, before, now: stored, gone: false });
    return stored;
  };
  const drop = (resource: Resource, before: KubeObject | undefined, object: KubeObject) => {
    const key = storeKey(resource, keyOf(object));
    objects.delete(key);
    intents.delete(key);
    const now = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    watches.tell(resource, { version, before, now, gone: true });
    for (const { plural, object: dependant } of dependantsOf(objects, object)) {
      erase({ ...resource, ...typeOf(dependant), plural }, dependant);
    }
  };
  /** Deleted, or waiting for its finalizers to be. */
  const erase = (resource: Resource, before: KubeObject) => {
    const deletionTimestamp = before.metadata.deletionTimestamp ?? new Date(clock.nowMs()).toISOString();
    commit(resource, before, { ...before, metadata: { ...before.metadata, deletionTimestamp } });
  };
  const birth = (object: KubeObject): KubeObject => {
    const { generateName, ...metadata } = object.metadata;
    made++;
    const name = metadata.name ?? `${generateName}${made.toString(36).padStart(5, "0")}`;
    const creationTimestamp = new Date(clock.nowMs()).toISOString();
    return { ...object, metadata: { ...metadata, name, uid: `uid-${made}`, creationTimestamp } };
  };
  const apply = (resource: Resource, intent: KubeObject, manager: string, isStatus: boolean): KubeObject => {
    const key = storeKey(resource, keyOf(intent));
    const before = objects.get(key);
    if (before === undefined && isStatus) found(resource, keyOf(intent));
    if (intent.metadata.uid !== undefined && intent.metadata.uid !== before?.metadata.uid) {
      throw before === undefined
        ? refuse("apply", 409, "Conflict", "there is no object with this uid")
        : refuse("apply", 422, "Invalid", "metadata.uid: field is immutable");
    }
    const base = before ?? birth(intent);
    const next = applied(intents, key, base, intent, `${manager}${isStatus ? "/status" : ""}`);
    const kept = withStatus.has(resource.plural)
      ? isStatus
        ? { ...base, status: next.status }
        : { ...next, status: base.status }
      : next;
    return commit(resource, before, withoutUndefined(kept));
  };

  return {
    objects,
    get: async (resource, key) => clone(objects.get(storeKey(resource, key))),
    getMetadata: async (resource, key) => clone(objects.get(storeKey(resource, key))?.metadata),
    async list(resource, selection) {
      const prefix = `${resource.plural}/`;
      const items = [...objects]
        .filter(([key, object]) => key.startsWith(prefix) && matches(selection, object))
        .map(([, object]) => clone(object));
      return { items, resourceVersion: String(version) };
    },
    watch: (resource, selection, resourceVersion, signal) =>
      watches.watch(resource, selection, Number(resourceVersion), signal),
    async create(resource, object) {
      const born = birth(object);
      if (objects.has(storeKey(resource, keyOf(born)))) {
        throw refuse(
          "create",
          409,
          "AlreadyExists",
          `${resource.plural} "${born.metadata.name}" already exists`,
        );
      }
      const { status: _status, ...rest } = born;
      return clone(
        commit(resource, undefined, withStatus.has(resource.plural) ? (rest as KubeObject) : born),
      );
    },
    apply: async (resource, intent, manager) => clone(apply(resource, intent, manager, false)),
    applyStatus: async (resource, intent, manager) => clone(apply(resource, intent, manager, true)),
    async patch(resource, key, patch, _subresource) {
      const before = found(resource, key);
      const next = mergePatched(before, patch) as KubeObject;
      if (next.metadata.resourceVersion !== before.metadata.resourceVersion) {
        throw refuse("patch", 409, "Conflict", "the object has been modified");
      }
      return clone(
        commit(resource, before, withStatus.has(resource.plural) ? { ...next, status: before.status } : next),
      );
    },
    async replace(resource, object) {
      const before = found(resource, keyOf(object));
      if (object.metadata.resourceVersion !== before.metadata.resourceVersion) {
        throw refuse("replace", 409, "Conflict", "the object has been modified");
      }
      const { uid, creationTimestamp } = before.metadata;
      const metadata = {
        ...object.metadata,
        ...(uid === undefined ? {} : { uid }),
        ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
      };
      return clone(commit(resource, before, { ...object, metadata }));
    },
    async remove(resource, key, options = {}) {
      const before = objects.get(storeKey(resource, key));
      if (before === undefined || (options.uid !== undefined && options.uid !== before.metadata.uid)) return;
      erase(resource, before);
    },
    raw: async (path) => {
      throw refuse(`GET ${path}`, 404, "NotFound", "there is nothing else in memory");
    },
  };
}

/** Callers may keep and change what they get, as with objects off the wire. */
function clone<T>(value: T): T {
  return structuredClone(value);
}

function typeOf({ apiVersion, kind }: KubeObject): Pick<Resource, "group" | "version" | "kind"> {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? { group: "", version: group, kind } : { group, version, kind };
}

function stripped({ metadata, ...rest }: KubeObject) {
  const { resourceVersion: _version, generation: _generation, ...kept } = metadata;
  return withoutUndefined({ ...rest, metadata: kept });
}

function withoutUndefined<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
