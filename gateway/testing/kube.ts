/** A Kubernetes in memory for the gateway's tests: objects, watches, and the keys that sign pods' tokens. */

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import {
  type Kube,
  KubeError,
  type KubeObject,
  type Resource,
  type WatchEvent,
} from "../../kernel/kube/port.ts";

export interface TestKube extends Kube {
  /** Writes without asking, and tells the watches. */
  put(resource: Resource, object: KubeObject): KubeObject;
  /** What is there, by `plural/namespace/name`. */
  objects: Map<string, KubeObject>;
  /** A pod-bound token as the kubelet projects it. */
  token(pod: KubeObject, more?: { audience?: string; expiresInSeconds?: number }): Promise<string>;
  /** Refuses every create of a kind with this. */
  refuseCreates(plural: string, error: KubeError | undefined): void;
  /** Calls made, as `verb plural`. */
  calls: string[];
}

const clock = createSystemClock();

export const issuer = "https://kubernetes.default.svc.cluster.local";

export async function createTestKube(): Promise<TestKube> {
  const keys = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "test", alg: "RS256", use: "sig" };
  const objects = new Map<string, KubeObject>();
  const watchers = new Set<{ plural: string; push(event: WatchEvent): void }>();
  const refusals = new Map<string, KubeError>();
  const calls: string[] = [];
  let version = 1;

  const keyOf = (plural: string, namespace: string | undefined, name: string) =>
    `${plural}/${namespace}/${name}`;
  const tell = (plural: string, type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject) => {
    for (const watcher of watchers) if (watcher.plural === plural) watcher.push({ type, object });
  };
  const put = (resource: Resource, object: KubeObject): KubeObject => {
    const { namespace, name } = object.metadata;
    const key = keyOf(resource.plural, namespace, name);
    const before = objects.get(key);
    const metadata = {
      uid: before?.metadata.uid ?? `uid-${version}`,
      creationTimestamp: before?.metadata.creationTimestamp ?? new Date(clock.nowMs()).toISOString(),
      ...object.metadata,
      resourceVersion: String(++version),
    };
    const stored = { ...object, metadata };
    objects.set(key, stored);
    tell(resource.plural, before === undefined ? "ADDED" : "MODIFIED", stored);
    return stored;
  };
  const call = (verb: string, resource: Resource) => void calls.push(`${verb} ${resource.plural}`);

  return {
    objects,
    calls,
    put,
    refuseCreates: (plural, error) =>
      void (error === undefined ? refusals.delete(plural) : refusals.set(plural, error)),
    async token(pod, { audience = "kambda-link", expiresInSeconds = 600 } = {}) {
      const { namespace, name, uid } = pod.metadata;
      return new SignJWT({ "kubernetes.io": { namespace, pod: { name, uid } } })
        .setProtectedHeader({ alg: "RS256", kid: "test" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(clock.nowMs() / 1000) + expiresInSeconds)
        .sign(keys.privateKey);
    },
    async get(resource, { namespace, name }) {
      call("get", resource);
      return objects.get(keyOf(resource.plural, namespace, name));
    },
    async getMetadata(resource, { namespace, name }) {
      call("getMetadata", resource);
      return objects.get(keyOf(resource.plural, namespace, name))?.metadata;
    },
    async list(resource) {
      call("list", resource);
      const items = [...objects]
        .filter(([key]) => key.startsWith(`${resource.plural}/`))
        .map(([, one]) => one);
      return { items, resourceVersion: String(version) };
    },
    async *watch(resource, _selection, _version, signal) {
      call("watch", resource);
      const queue: WatchEvent[] = [];
      let wake = () => {};
      const watcher = {
        plural: resource.plural,
        push(event: WatchEvent) {
          queue.push(event);
          wake();
        },
      };
      watchers.add(watcher);
      const stop = () => wake();
      signal.addEventListener("abort", stop);
      try {
        while (!signal.aborted) {
          const next = queue.shift();
          if (next !== undefined) yield next;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        watchers.delete(watcher);
        signal.removeEventListener("abort", stop);
      }
    },
    async create(resource, object) {
      call("create", resource);
      const refusal = refusals.get(resource.plural);
      if (refusal !== undefined) throw refusal;
      const { namespace, name } = object.metadata;
      if (objects.has(keyOf(resource.plural, namespace, name)))
        throw new KubeError("create", { code: 409, reason: "AlreadyExists", message: `${name} exists` });
      return put(resource, object);
    },
    async apply(resource, object) {
      call("apply", resource);
      return put(resource, object);
    },
    async applyStatus(resource, object) {
      call("applyStatus", resource);
      const before = objects.get(keyOf(resource.plural, object.metadata.namespace, object.metadata.name));
      return put(resource, { ...before, ...object, metadata: { ...before?.metadata, ...object.metadata } });
    },
    async patch(resource, { namespace, name }, patch) {
      call("patch", resource);
      const before = objects.get(keyOf(resource.plural, namespace, name));
      if (before === undefined)
        throw new KubeError("patch", { code: 404, reason: "NotFound", message: `${name} is not there` });
      const { metadata, ...rest } = patch as { metadata?: { labels?: Record<string, string> } };
      const labels = { ...before.metadata.labels, ...metadata?.labels };
      return put(resource, { ...before, ...rest, metadata: { ...before.metadata, ...metadata, labels } });
    },
    async replace(resource, object) {
      call("replace", resource);
      return put(resource, object);
    },
    async remove(resource, { namespace, name }) {
      call("remove", resource);
      const key = keyOf(resource.plural, namespace, name);
      const before = objects.get(key);
      if (before === undefined) return;
      objects.delete(key);
      tell(resource.plural, "DELETED", before);
    },
    async raw(path) {
      calls.push(`raw ${path}`);
      return path === "/openid/v1/jwks" ? { keys: [jwk] } : { issuer };
    },
  };
}
