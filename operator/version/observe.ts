/** Gathers what `plan` decides on: fresh from the API server where a wrong answer could not be taken back, else from the watches. */
import { parseAlias } from "../../crds/alias/schema.ts";
import { type FunctionObject, parseFunction } from "../../crds/function/schema.ts";
import { labels } from "../../crds/labels.ts";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";
import { parseVersion, type VersionObject } from "../../crds/version/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep, Resource } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { usesVersion } from "../alias/uses.ts";
import type { Key } from "../controller.ts";
import { functionNamed } from "../function/named.ts";
import { versionIntent } from "../provisioned/intent.ts";
import { provisionedNow } from "../provisioned/now.ts";
import type { ProvisionRefusals } from "../provisioned/refusals.ts";
import type { Watches } from "../watches.ts";
import { readLast } from "./last.ts";
import type { VersionObserved } from "./observed.ts";
import { noVersion } from "./record.ts";

export type ObserveDeps = KubeDep &
  ClockDep & {
    watches: Pick<Watches, "functions" | "versions" | "aliases" | "revisions" | "pods">;
    provisionRefusals: Pick<ProvisionRefusals, "get">;
  };

/** Undefined when the Version is gone. */
export async function observe(deps: ObserveDeps, key: Key): Promise<VersionObserved | undefined> {
  const { kube, watches, clock } = deps;
  const raw = await kube.get(resources.versions, key);
  if (raw === undefined) return undefined;
  const version = parseVersion(raw);
  const isLeaving = version.metadata.deletionTimestamp !== undefined;
  const isSettled = version.status.version !== undefined && !isLeaving;
  const { functionName } = version.spec;
  const known = functionNamed(watches.functions.list(), key.namespace, functionName);
  // A Function changed a moment ago is not to be published as it was before: the watch will not do here.
  const of = isSettled || known === undefined ? known : await freshFunction(deps, known);
  const serving =
    isSettled || of === undefined ? undefined : await revisionNamed(deps, of, of.status.revision);
  const name = version.status.revision ?? version.metadata.labels[labels.revision];
  const aliases = isLeaving
    ? await fresh(deps, resources.aliases, version, parseAlias)
    : watches.aliases.list();
  const siblings = isLeaving ? await fresh(deps, resources.versions, version, parseVersion) : [];
  return {
    version,
    function: of,
    serving,
    revision: await revisionNamed(deps, version, name),
    // Published and staying: its number was given, and nothing is asked of the record.
    record: isSettled
      ? { last: noVersion, resourceVersion: undefined }
      : await readLast(kube, key.namespace, functionName, of),
    aliases: aliases
      .filter((alias) => usesVersion(alias, version))
      .map((alias) => alias.spec.name)
      .toSorted(),
    hasTwin: siblings.some((one) => isTwin(one, version)),
    ...provisionedNow(deps, version, versionIntent, clock.nowMs()),
    nowMs: clock.nowMs(),
  };
}

async function freshFunction(
  { kube }: KubeDep,
  { metadata }: FunctionObject,
): Promise<FunctionObject | undefined> {
  const raw = await kube.get(resources.functions, { namespace: metadata.namespace, name: metadata.name });
  return raw === undefined ? undefined : parseFunction(raw);
}

async function revisionNamed(
  { kube }: KubeDep,
  { metadata: { namespace } }: FunctionObject | VersionObject,
  name: string | undefined,
): Promise<RevisionObject | undefined> {
  if (name === undefined) return undefined;
  const raw = await kube.get(resources.revisions, { namespace, name });
  return raw === undefined || raw.metadata.deletionTimestamp !== undefined ? undefined : parseRevision(raw);
}

/** All of a kind that name the function: what was applied a moment ago, before the watch told of it, counts too. */
async function fresh<T>(
  { kube }: KubeDep,
  resource: Resource,
  { metadata: { namespace }, spec }: VersionObject,
  parse: (raw: unknown) => T,
): Promise<T[]> {
  const page = await kube.list(resource, {
    namespace,
    fieldSelector: `spec.functionName=${spec.functionName}`,
  });
  return page.items.map(parse);
}

function isTwin(other: VersionObject, version: VersionObject): boolean {
  return (
    other.metadata.namespace === version.metadata.namespace &&
    other.metadata.uid !== version.metadata.uid &&
    other.metadata.deletionTimestamp === undefined &&
    other.status.revision !== undefined &&
    other.status.revision === version.status.revision
  );
}
