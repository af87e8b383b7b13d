/**
 * Aliases, ready to be drawn from. A change takes effect in one step, when all it names is known here: until then invocations
 * go where they went, and never nowhere (V2).
 */
import { isDeepStrictEqual } from "node:util";
import type { AliasObject } from "../../crds/alias/schema.ts";
import { urlId } from "../../crds/names.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Caps, Routes, Target } from "../placer/state.ts";
import type { Callable } from "./callable.ts";
import { draw } from "./draw.ts";
import { isNewer } from "./newer.ts";
import type { Resolution } from "./resolution.ts";

export interface Aliases {
  /** Draws a version anew with every call: the one this gateway knows of, the placer may know better. */
  resolve(functionKey: string, name: string): Resolution;
  /** The alias whose URL has this id. */
  byUrlId(id: string): Resolution | undefined;
  changed(objectKey: string, now: AliasObject | undefined): void;
  /** Told what each alias's invocations go to, when that changes. */
  onRoutes(listener: RoutesListener): void;
  /** A function, or what one of its versions runs, has changed. */
  refresh(functionKey: string): void;
}

export interface AliasesOptions {
  /** Of URL ids. */
  seed: string;
  isFunction(functionKey: string): boolean;
  /** What the version runs, or undefined while the watches have not told. */
  find(functionKey: string, functionVersion: string, revisionName: string): Callable | undefined;
}

/** `alias`: `namespace/functionName:alias`. */
export type RoutesListener = (namespace: string, alias: string, routes: Routes | undefined) => void;

interface Entry {
  alias: AliasObject;
  shares: Share[] | undefined;
  urlId: string;
}

interface Share {
  weight: number;
  callable: Callable;
  target: Target;
  caps: Caps;
}

export function createAliases({ random }: RandomDep, { seed, isFunction, find }: AliasesOptions): Aliases {
  /** By function's key, then by alias's name. */
  const byFunction = new Map<string, Map<string, Entry>>();
  const byUrl = new Map<string, Entry>();
  /** An object's alias: function's key and alias's name. */
  const keyOf = new Map<string, [string, string]>();
  const listeners = new Set<RoutesListener>();

  const tell = ({ alias, shares }: Entry) => {
    for (const listener of listeners) listener(alias.metadata.namespace, aliasKey(alias), shares);
  };

  const rebuild = (functionKey: string, entry: Entry) => {
    const { alias } = entry;
    if (!isFunction(functionKey)) {
      if (entry.shares === undefined) return;
      entry.shares = undefined;
      tell(entry);
      return;
    }
    const shares = (alias.status.routes ?? []).flatMap(({ functionVersion, revision, weight }) => {
      const callable = find(functionKey, functionVersion, revision);
      if (callable === undefined) return [];
      const aliased = { ...callable, url: alias.spec.url, qualifier: alias.spec.name };
      return [{ weight, callable: aliased, target: callable.target, caps: callable.caps }];
    });
    const isWhole = shares.length > 0 && shares.length === alias.status.routes?.length;
    if (!isWhole) return;
    const isSame = isDeepStrictEqual(routesOf(entry.shares), routesOf(shares));
    entry.shares = shares;
    if (!isSame) tell(entry);
  };
  const forget = (objectKey: string) => {
    const [functionKey, name] = keyOf.get(objectKey) ?? [];
    keyOf.delete(objectKey);
    if (functionKey === undefined || name === undefined) return;
    const named = byFunction.get(functionKey);
    const entry = named?.get(name);
    named?.delete(name);
    if (named?.size === 0) byFunction.delete(functionKey);
    if (entry === undefined) return;
    byUrl.delete(entry.urlId);
    tell({ ...entry, shares: undefined });
  };
  const resolution = ({ alias, shares }: Entry): Resolution => {
    const chance = random.fraction();
    const drawn = draw(shares ?? [], chance);
    if (drawn !== undefined)
      return { kind: "found", callable: drawn.callable, draw: { alias: aliasKey(alias), chance } };
    return { kind: "notReady", state: "Pending", reason: "The alias points to no version yet." };
  };

  return {
    resolve(functionKey, name) {
      const entry = byFunction.get(functionKey)?.get(name);
      return entry === undefined ? { kind: "noQualifier" } : resolution(entry);
    },
    byUrlId(id) {
      const entry = byUrl.get(id);
      return entry?.alias.spec.url === undefined ? undefined : resolution(entry);
    },
    changed(objectKey, alias) {
      if (alias === undefined) {
        forget(objectKey);
        return;
      }
      const { namespace } = alias.metadata;
      const { functionName, name } = alias.spec;
      const functionKey = `${namespace}/${functionName}`;
      const named = byFunction.get(functionKey) ?? new Map<string, Entry>();
      const existing = named.get(name);
      if (existing !== undefined && isOlder(alias, existing.alias)) return;
      // Two objects may claim one name: the operator gives routes to the elder only.
      if (existing !== undefined && existing.alias.metadata.name !== alias.metadata.name) {
        if (alias.status.routes === undefined) return;
        keyOf.delete(`${namespace}/${existing.alias.metadata.name}`);
      }
      const id = existing?.urlId ?? urlId({ seed, namespace, functionName, qualifier: name });
      const entry: Entry = { alias, shares: existing?.shares, urlId: id };
      byFunction.set(functionKey, named.set(name, entry));
      byUrl.set(id, entry);
      keyOf.set(objectKey, [functionKey, name]);
      rebuild(functionKey, entry);
    },
    refresh(functionKey) {
      for (const entry of byFunction.get(functionKey)?.values() ?? []) rebuild(functionKey, entry);
    },
    onRoutes: (listener) => void listeners.add(listener),
  };
}

function aliasKey({ metadata, spec }: AliasObject): string {
  return `${metadata.namespace}/${spec.functionName}:${spec.name}`;
}

function routesOf(shares: Share[] | undefined): Routes | undefined {
  return shares?.map(({ weight, target, caps }) => ({ weight, target, caps }));
}

/** Read anew when this gateway became placer, it was ahead of its watch, which now repeats what was before. */
function isOlder({ metadata }: AliasObject, { metadata: known }: AliasObject): boolean {
  const { resourceVersion: now } = metadata;
  const { resourceVersion: before } = known;
  if (metadata.uid !== known.uid || now === undefined || before === undefined) return false;
  return isNewer(before, now);
}
