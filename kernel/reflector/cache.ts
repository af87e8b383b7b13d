/** What a reflector knows: parsed objects by key, and who is told when one changes. */
import type { KubeObject } from "../kube/port.ts";
import type { LogDep } from "../log/log.ts";

export type Listener<T> = (key: string, now: T | undefined, before: T | undefined) => void;

export interface Cache<T> {
  get(key: string): T | undefined;
  list(): T[];
  /** From a list: what is not in it is gone, and every key is announced, changed or not, since events may have been lost. */
  replace(objects: KubeObject[]): void;
  put(object: KubeObject): void;
  drop(object: KubeObject): void;
  onChange(listener: Listener<T>): () => void;
}

/** `namespace/name`, or `name` where there is no namespace. */
export function cacheKey(metadata: { namespace?: string | undefined; name: string }): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** The parts of a cacheKey, and of every key of ours that begins with a namespace. */
export function readKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, Math.max(0, slash)), name: key.slice(slash + 1) };
}

export function createCache<T>(deps: LogDep, name: string, parse: (raw: KubeObject) => T | Error): Cache<T> {
  const known = new Map<string, T>();
  const complaints = new Map<string, string>();
  const listeners = new Set<Listener<T>>();

  const announce = (key: string, now: T | undefined, before: T | undefined) => {
    for (const listener of listeners) {
      try {
        listener(key, now, before);
      } catch (error) {
        deps.log.error(`a listener to ${name} failed`, error, { key });
      }
    }
  };
  const put = (object: KubeObject) => {
    const key = cacheKey(object.metadata);
    const parsed = parsedOr(parse, object);
    if (parsed instanceof Error) {
      // The last good one stays: an object that makes no sense is no reason to forget one that did.
      if (complaints.get(key) !== parsed.message) {
        complaints.set(key, parsed.message);
        deps.log.warn(`cannot read an object of ${name}; it is passed over`, { key, reason: parsed.message });
      }
      return;
    }
    complaints.delete(key);
    const before = known.get(key);
    known.set(key, parsed);
    announce(key, parsed, before);
  };
  const drop = (key: string) => {
    complaints.delete(key);
    const before = known.get(key);
    if (before === undefined) return;
    known.delete(key);
    announce(key, undefined, before);
  };

  return {
    get: (key) => known.get(key),
    list: () => [...known.values()],
    replace(objects) {
      const there = new Set(objects.map((object) => cacheKey(object.metadata)));
      for (const key of [...known.keys()]) if (!there.has(key)) drop(key);
      for (const object of objects) put(object);
    },
    put,
    drop: (object) => drop(cacheKey(object.metadata)),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What is thrown over an object that makes no sense is a value here. */
export function parsedOr<T>(parse: (raw: KubeObject) => T | Error, object: KubeObject): T | Error {
  try {
    return parse(object);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
