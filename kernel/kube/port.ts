/**
 * What operator and gateway need of Kubernetes: a small port, so that the simulator can stand in for it under the same
 * contract tests. Objects are plain JSON; each caller parses what it reads with its own zod schema.
 */

/** A kind, as it stands in a URL. */
export interface Resource {
  /** "" for the core group. */
  group: string;
  version: string;
  /** Lower-case plural, as in the path. */
  plural: string;
  kind: string;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  generateName?: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Where an object is; `namespace` is absent for cluster-scoped kinds. */
export interface ObjectKey {
  namespace?: string;
  name: string;
}

export interface Selection {
  /** Absent: all namespaces. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface Page {
  items: KubeObject[];
  resourceVersion: string;
}

export type WatchEvent =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: KubeObject }
  | { type: "BOOKMARK"; resourceVersion: string }
  | { type: "ERROR"; status: KubeStatus };

/** The API server's own account of a refusal (`kind: Status`). */
export interface KubeStatus {
  code: number;
  reason: string;
  message: string;
}

/**
 * The one error this port throws. `status.reason` is the API server's ("NotFound", "Conflict", "AlreadyExists", "Forbidden",
 * "Invalid", "Expired"); `Unreachable` (code 0) is ours, when no answer came or it broke
 * off, and so is `TooMany`, when a list had no end.
 */
export class KubeError extends Error {
  override name = "KubeError";
  readonly status: KubeStatus;
  constructor(doing: string, status: KubeStatus, options?: ErrorOptions) {
    super(`${doing}: ${status.message}`, options);
    this.status = status;
  }
}

export interface Kube {
  /** Undefined when there is no such object. */
  get(resource: Resource, key: ObjectKey): Promise<KubeObject | undefined>;
  /** Only the metadata, so that a Secret's existence can be asked without reading it. */
  getMetadata(resource: Resource, key: ObjectKey): Promise<ObjectMeta | undefined>;
  /** The whole list, its pages joined. */
  list(resource: Resource, selection: Selection): Promise<Page>;
  /** Events after `resourceVersion`, bookmarks included, until the server ends it or the signal fires. */
  watch(
    resource: Resource,
    selection: Selection,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent>;
  /** Creates; throws KubeError AlreadyExists. Honours `metadata.generateName`. */
  create(resource: Resource, object: KubeObject): Promise<KubeObject>;
  /** Server-side apply of a full minimal intent, forcing conflicts, as this field manager. */
  apply(resource: Resource, object: KubeObject, fieldManager: string): Promise<KubeObject>;
  /** Server-side apply to the status subresource. */
  applyStatus(resource: Resource, object: KubeObject, fieldManager: string): Promise<KubeObject>;
  /** JSON merge patch; `subresource` e.g. "resize". */
  patch(resource: Resource, key: ObjectKey, patch: unknown, subresource?: string): Promise<KubeObject>;
  /** Replaces the object at its resourceVersion (optimistic lock): Leases. */
  replace(resource: Resource, object: KubeObject): Promise<KubeObject>;
  /** Deletes the object with this uid; already gone is fine. */
  remove(
    resource: Resource,
    key: ObjectKey,
    options?: { uid?: string; graceSeconds?: number },
  ): Promise<void>;
  /** A GET of any other path, for `/openid/v1/jwks` and the like. */
  raw(path: string): Promise<unknown>;
}

/** True for the API server's refusal with this reason. */
export function isReason(error: unknown, reason: string): error is KubeError {
  return error instanceof KubeError && error.status.reason === reason;
}

export interface KubeDep {
  kube: Kube;
}
