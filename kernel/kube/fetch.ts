/**
 * The Kubernetes port over `fetch`: bearer token or client certificate, plain JSON. Works under Bun, where the official
 * client's own transport does not verify TLS.
 */
import type { Credentials } from "./credentials.ts";
import { collectionPath, objectPath, selectionQuery } from "./path.ts";
import {
  isReason,
  type Kube,
  KubeError,
  type KubeObject,
  type ObjectKey,
  type Page,
  type Resource,
} from "./port.ts";
import { type Ask, createRequest, readJson } from "./request.ts";
import { apiVersionOf } from "./resources.ts";
import { watchLines } from "./watch.ts";

/** Objects a page of a list: as kubectl asks, so that the server never builds one giant answer. */
const pageItems = 500;
/** A million objects: a list that is longer is refused, for nothing of ours could hold it. */
const pagesMax = 2_000;

export function createFetchKube(credentials: Credentials): Kube {
  const request = createRequest(credentials);
  const json = (ask: Ask): Promise<unknown> => readJson(request, ask);
  const object = async (ask: Ask) => (await json(ask)) as KubeObject;
  const patch = (resource: Resource, key: ObjectKey, body: unknown, type: string, query = "", sub?: string) =>
    object({
      method: "PATCH",
      path: objectPath(resource, key, sub) + query,
      body,
      contentType: `application/${type}`,
    });
  const apply = (resource: Resource, intent: KubeObject, fieldManager: string, sub?: string) => {
    const query = `?fieldManager=${encodeURIComponent(fieldManager)}&force=true`;
    return patch(resource, keyOf(intent), intent, "apply-patch+yaml", query, sub);
  };

  return {
    get: (resource, key) => absentAsUndefined(object({ method: "GET", path: objectPath(resource, key) })),
    async getMetadata(resource, key) {
      const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
      const path = objectPath(resource, key);
      return (await absentAsUndefined(object({ method: "GET", path, accept })))?.metadata;
    },
    async list(resource, selection) {
      const items: KubeObject[] = [];
      const typed = { apiVersion: apiVersionOf(resource), kind: resource.kind };
      let next: string | undefined;
      for (let pages = 0; pages < pagesMax; pages++) {
        const query = selectionQuery(selection, { limit: String(pageItems), continue: next });
        const path = `${collectionPath(resource, selection.namespace)}?${query}`;
        const page = (await json({ method: "GET", path })) as RawPage;
        // Items of a list come without their type; readers are to see the same object as from a watch.
        for (const item of page.items ?? []) items.push({ ...item, ...typed });
        next = page.metadata.continue;
        if (next === undefined || next === "")
          return { items, resourceVersion: page.metadata.resourceVersion } satisfies Page;
      }
      const message = `more than ${pagesMax * pageItems} ${resource.plural}`;
      throw new KubeError(`LIST ${resource.plural}`, { code: 0, reason: "TooMany", message });
    },
    watch: (resource, selection, resourceVersion, signal) =>
      watchLines(request, resource, selection, resourceVersion, signal),
    create: (resource, body) =>
      object({ method: "POST", path: collectionPath(resource, body.metadata.namespace), body }),
    apply: (resource, intent, fieldManager) => apply(resource, intent, fieldManager),
    applyStatus: (resource, intent, fieldManager) => apply(resource, intent, fieldManager, "status"),
    patch: (resource, key, body, sub) => patch(resource, key, body, "merge-patch+json", "", sub),
    replace: (resource, body) => object({ method: "PUT", path: objectPath(resource, keyOf(body)), body }),
    async remove(resource, key, options = {}) {
      const body = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Background",
        ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
        ...(options.graceSeconds === undefined ? {} : { gracePeriodSeconds: options.graceSeconds }),
      };
      try {
        await request({ method: "DELETE", path: objectPath(resource, key), body });
      } catch (error) {
        // Gone, or another object of that name now: either way the one meant is no more.
        if (!isReason(error, "NotFound") && !(options.uid !== undefined && isReason(error, "Conflict")))
          throw error;
      }
    },
    // The keys of the cluster are served as application/jwk-set+json and nothing else.
    raw: (path) => json({ method: "GET", path, accept: "application/json, application/jwk-set+json" }),
  };
}

interface RawPage {
  items?: KubeObject[];
  metadata: { resourceVersion: string; continue?: string };
}

function keyOf({ metadata: { name, namespace } }: KubeObject): ObjectKey {
  return namespace === undefined ? { name } : { name, namespace };
}

async function absentAsUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}
