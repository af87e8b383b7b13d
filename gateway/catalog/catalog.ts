/**
 * What the watches know, indexed for the invoke path: a function by account and name, by its URL's id, a version by its
 * number, an alias by its name. Look-ups touch maps only; the work is done when an object changes.
 */
import type { AliasObject } from "../../crds/alias/schema.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import { latestVersion } from "../../crds/labels.ts";
import { functionNameOf, urlId } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { isElder } from "../../kernel/kube/elder.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { createAccounts } from "./accounts.ts";
import { createAliases, type RoutesListener } from "./aliases.ts";
import { buildCallable, type Callable } from "./callable.ts";
import { createCapacity } from "./capacity.ts";
import { reservedOf } from "./reserved.ts";
import type { Resolution } from "./resolution.ts";

export interface Catalog {
  resolve(namespace: string, functionName: string, qualifier: string | undefined): Resolution;
  /** The function or alias whose URL has this id; undefined when there is none or it has no URL. */
  byUrlId(id: string): Resolution | undefined;
  /** The namespace whose account id this is. */
  namespaceOf(accountId: string): string | undefined;
  revision(key: string): RevisionObject | undefined;
  /** Whatever runs this revision, serving or not. */
  callableOf(revisionKey: string): Callable | undefined;
  functionChanged(key: string, now: FunctionObject | undefined): void;
  revisionChanged(key: string, now: RevisionObject | undefined): void;
  aliasChanged(key: string, now: AliasObject | undefined): void;
  /** So many environments are kept provisioned for the revision. */
  keptChanged(revisionKey: string, count: number): void;
  onRoutes(listener: RoutesListener): void;
  /** Told when a revision stops or starts to be what a function or version runs. */
  onServing(listener: (revisionKey: string, serving: boolean) => void): void;
}

export interface CatalogOptions {
  settings: Settings;
  /** The shape of the revision's pool, or undefined when it cannot have one. */
  poolShapeOf(revision: RevisionObject): string | undefined;
}

interface Entry {
  fn: FunctionObject;
  /** The last one that could be built: stays while a newer revision has not come over the watch. */
  callable: Callable | undefined;
  urlId: string;
  /** Published versions by number, built when first asked for. */
  numbered: Map<string, Callable>;
}

export function createCatalog(deps: RandomDep, { settings, poolShapeOf }: CatalogOptions): Catalog {
  /** By `namespace/functionName`; `keyOf` leads from object key there. */
  const entries = new Map<string, Entry>();
  const keyOf = new Map<string, string>();
  const byUrl = new Map<string, Entry>();
  const revisions = new Map<string, RevisionObject>();
  /** Numbered versions: `namespace/functionName:number`. */
  const versions = new Map<string, RevisionObject>();
  const accounts = createAccounts(settings.account);
  const capacity = createCapacity(settings.account.concurrentExecutions);
  /** Environments kept provisioned by revision, which may be known before it is. */
  const kept = new Map<string, number>();
  const listeners = new Set<(revisionKey: string, serving: boolean) => void>();

  const tell = (revisionKey: string, serving: boolean) => {
    for (const listener of listeners) listener(revisionKey, serving);
  };
  const build = (fn: FunctionObject, revision: RevisionObject): Callable => {
    const caps = capacity.capsOf(keyOfFunction(fn), `${fn.metadata.namespace}/${revision.metadata.name}`);
    return buildCallable({ fn, revision, poolShape: poolShapeOf(revision), caps, settings });
  };
  const provision = (revisionKey: string, count: number) => {
    const { metadata, spec } = revisions.get(revisionKey) ?? {};
    if (metadata !== undefined && spec !== undefined)
      capacity.provision(`${metadata.namespace}/${spec.functionName}`, revisionKey, count);
  };
  const rebuild = (entry: Entry) => {
    rebuildLatest(entry);
    entry.numbered.clear();
    aliases.refresh(keyOfFunction(entry.fn));
  };
  const rebuildLatest = (entry: Entry) => {
    const { fn } = entry;
    const name = fn.status.revision;
    const revision = name === undefined ? undefined : revisions.get(`${fn.metadata.namespace}/${name}`);
    const before = entry.callable?.target.key;
    if (revision !== undefined) {
      entry.callable = build(fn, revision);
    } else if (entry.callable !== undefined) {
      entry.callable = { ...entry.callable, url: fn.spec.url };
    }
    const after = entry.callable?.target.key;
    if (before === after) return;
    if (before !== undefined) tell(before, false);
    if (after !== undefined) tell(after, true);
  };
  const forget = (objectKey: string) => {
    const key = keyOf.get(objectKey);
    const entry = key === undefined ? undefined : entries.get(key);
    keyOf.delete(objectKey);
    if (key === undefined || entry === undefined) return;
    entries.delete(key);
    byUrl.delete(entry.urlId);
    accounts.left(entry.fn.metadata.namespace);
    if (entry.callable !== undefined) tell(entry.callable.target.key, false);
    capacity.reserve(key, undefined);
    aliases.refresh(key);
  };
  const numbered = (entry: Entry, number: string): Callable | undefined => {
    const known = entry.numbered.get(number);
    if (known !== undefined) return known;
    const revision = versions.get(`${keyOfFunction(entry.fn)}:${number}`);
    if (revision === undefined) return undefined;
    const built = build(entry.fn, revision);
    entry.numbered.set(number, built);
    return built;
  };
  const versionOf = (entry: Entry, number: string): Resolution => {
    const callable = numbered(entry, number);
    return callable === undefined ? { kind: "noQualifier" } : { kind: "found", callable };
  };
  const aliases = createAliases(deps, {
    seed: settings.urls.seed,
    isFunction: (key) => entries.has(key),
    find(key, functionVersion, revisionName) {
      const entry = entries.get(key);
      if (entry === undefined || functionVersion === latestVersion) return entry?.callable;
      const callable = numbered(entry, functionVersion);
      return callable?.revision.metadata.name === revisionName ? callable : undefined;
    },
  });

  return {
    resolve(namespace, functionName, qualifier) {
      const entry = entries.get(`${namespace}/${functionName}`);
      if (entry === undefined) return { kind: "noFunction" };
      if (qualifier === undefined || qualifier === latestVersion) return readiness(entry);
      if (/^\d+$/.test(qualifier)) return versionOf(entry, qualifier);
      return aliases.resolve(keyOfFunction(entry.fn), qualifier);
    },
    byUrlId(id) {
      const entry = byUrl.get(id);
      if (entry === undefined) return aliases.byUrlId(id);
      return entry.fn.spec.url === undefined ? undefined : readiness(entry);
    },
    namespaceOf: accounts.namespaceOf,
    revision: (key) => revisions.get(key),
    callableOf(revisionKey) {
      const revision = revisions.get(revisionKey);
      if (revision === undefined) return undefined;
      const entry = entries.get(`${revision.metadata.namespace}/${revision.spec.functionName}`);
      if (entry === undefined) return undefined;
      if (entry.callable?.target.key === revisionKey) return entry.callable;
      return build(entry.fn, revision);
    },
    functionChanged(objectKey, fn) {
      if (fn === undefined) {
        forget(objectKey);
        return;
      }
      const { namespace } = fn.metadata;
      const functionName = functionNameOf(fn);
      const key = keyOfFunction(fn);
      const known = entries.get(key);
      // Two objects may claim one name: the elder has it, as the operator decides too, whichever was heard of first.
      const isOther = known !== undefined && known.fn.metadata.name !== fn.metadata.name;
      if (isOther && isElder(known.fn, fn)) return;
      if (isOther) forget(`${namespace}/${known.fn.metadata.name}`);
      const existing = entries.get(key);
      const id = existing?.urlId ?? urlId({ seed: settings.urls.seed, namespace, functionName });
      const entry: Entry = { fn, callable: existing?.callable, urlId: id, numbered: new Map() };
      entries.set(key, entry);
      keyOf.set(objectKey, key);
      byUrl.set(id, entry);
      if (existing === undefined) accounts.joined(namespace);
      capacity.reserve(key, reservedOf(fn));
      rebuild(entry);
    },
    revisionChanged(key, now) {
      const before = revisions.get(key);
      const known = now ?? before;
      if (known === undefined) return;
      const { namespace } = known.metadata;
      const { functionName, functionVersion } = known.spec;
      const versionKey = `${namespace}/${functionName}:${functionVersion}`;
      const entry = entries.get(`${namespace}/${functionName}`);
      const isNumbered = functionVersion !== latestVersion;
      if (now === undefined) provision(key, 0);
      if (now === undefined) revisions.delete(key);
      else revisions.set(key, now);
      if (before === undefined) provision(key, kept.get(key) ?? 0);
      if (isNumbered) {
        // What a number runs never changes (V1), so only its coming and going is news.
        const isKnown = versions.has(versionKey);
        if (now === undefined) versions.delete(versionKey);
        else versions.set(versionKey, now);
        if (isKnown === (now !== undefined)) return;
        entry?.numbered.delete(functionVersion);
        tell(key, now !== undefined);
        aliases.refresh(`${namespace}/${functionName}`);
      } else if (now !== undefined && entry?.fn.status.revision === now.metadata.name) rebuild(entry);
    },
    aliasChanged: aliases.changed,
    keptChanged(revisionKey, count) {
      if (count === 0) kept.delete(revisionKey);
      else kept.set(revisionKey, count);
      provision(revisionKey, count);
    },
    onRoutes: aliases.onRoutes,
    onServing: (listener) => void listeners.add(listener),
  };
}

function keyOfFunction(fn: FunctionObject): string {
  return `${fn.metadata.namespace}/${functionNameOf(fn)}`;
}

function readiness({ fn, callable }: Entry): Resolution {
  if (callable !== undefined) return { kind: "found", callable };
  const { state, stateReason } = fn.status;
  const reason = stateReason ?? "The function is being created.";
  return { kind: "notReady", state: state === undefined || state === "Active" ? "Pending" : state, reason };
}
