/**
 * Aliases, ready to be drawn from. A change takes effect in one step, when all it names is known here: until then invocations
 * go where they went, and never nowhere (V2).
 */
import type { AliasObject } from "../../crds/alias/schema.ts";
import { urlId } from "../../crds/names.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Callable } from "./callable.ts";
import { draw } from "./draw.ts";
import type { Resolution } from "./resolution.ts";

export interface Aliases {
  /** Draws a version anew with every call. */
  resolve(functionKey: string, name: string): Resolution;
  /** The alias whose URL has this id. */
  byUrlId(id: string): Resolution | undefined;
  changed(objectKey: string, now: AliasObject | undefined): void;
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

interface Entry {
  alias: AliasObject;
  shares: { weight: number; callable: Callable }[] | undefined;
  urlId: string;
}

export function createAliases({ random }: RandomDep, { seed, isFunction, find }: AliasesOptions): Aliases {
  /** By function's key, then by alias's name. */
  const byFunction = new Map<string, Map<string, Entry>>();
  const byUrl = new Map<string, Entry>();
  /** An object's alias: function's key and alias's name. */
  const keyOf = new Map<string, [string, string]>();

  const rebuild = (functionKey: string, entry: Entry) => {
    const { alias } = entry;
    if (!isFunction(functionKey)) {
      entry.shares = undefined;
      return;
    }
    const shares = (alias.status.routes ?? []).flatMap(({ functionVersion, revision, weight }) => {
      const callable = find(functionKey, functionVersion, revision);
      if (callable === undefined) return [];
      return [{ weight, callable: { ...callable, url: alias.spec.url, qualifier: alias.spec.name } }];
    });
    const isWhole = shares.length > 0 && shares.length === alias.status.routes?.length;
    if (isWhole) entry.shares = shares;
  };
  const forget = (objectKey: string) => {
    const [functionKey, name] = keyOf.get(objectKey) ?? [];
    keyOf.delete(objectKey);
    if (functionKey === undefined || name === undefined) return;
    const named = byFunction.get(functionKey);
    const entry = named?.get(name);
    named?.delete(name);
    if (named?.size === 0) byFunction.delete(functionKey);
    if (entry !== undefined) byUrl.delete(entry.urlId);
  };
  const resolution = ({ shares }: Entry): Resolution => {
    const drawn = draw(shares ?? [], random.fraction());
    if (drawn !== undefined) return { kind: "found", callable: drawn.callable };
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
  };
}
