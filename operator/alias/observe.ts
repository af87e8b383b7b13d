/** Gathers what `plan` decides on: fresh from the API server where a wrong answer would misroute, else from the watches. */
import { type AliasObject, parseAlias } from "../../crds/alias/schema.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import { labels, latestVersion, versionLabelValue } from "../../crds/labels.ts";
import { labelValue } from "../../crds/names.ts";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { oldestOf } from "../../kernel/kube/elder.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Key } from "../controller.ts";
import { functionNamed } from "../function/named.ts";
import { aliasIntent } from "../provisioned/intent.ts";
import { provisionedNow } from "../provisioned/now.ts";
import type { ProvisionRefusals } from "../provisioned/refusals.ts";
import type { Watches } from "../watches.ts";
import type { AliasObserved } from "./observed.ts";

export type ObserveDeps = KubeDep &
  ClockDep & {
    watches: Pick<Watches, "functions" | "versions" | "aliases" | "revisions" | "pods">;
    provisionRefusals: Pick<ProvisionRefusals, "get">;
  };

/** Undefined when the Alias is gone. */
export async function observe(deps: ObserveDeps, key: Key): Promise<AliasObserved | undefined> {
  const { kube, watches, clock } = deps;
  const raw = await kube.get(resources.aliases, key);
  if (raw === undefined) return undefined;
  const alias = parseAlias(raw);
  const of = functionNamed(watches.functions.list(), key.namespace, alias.spec.functionName);
  const { versionRef } = alias.spec;
  const referenced =
    versionRef === undefined
      ? undefined
      : watches.versions.get(`${key.namespace}/${versionRef.name}`)?.status.version;
  const revisions = new Map<string, RevisionObject>();
  for (const version of namedVersions(alias, referenced)) {
    const revision = of === undefined ? undefined : await revisionOf(deps, of, alias, version);
    if (revision !== undefined) revisions.set(version, revision);
  }
  return {
    alias,
    elder: elderOf(alias, watches.aliases.list()),
    function: of,
    revisions,
    referenced,
    ...provisionedNow(deps, alias, aliasIntent, clock.nowMs()),
    nowMs: clock.nowMs(),
  };
}

function namedVersions({ spec, status }: AliasObject, referenced: string | undefined): Set<string> {
  const named = [
    spec.functionVersion,
    referenced,
    ...Object.keys(spec.routingConfig?.additionalVersionWeights ?? {}),
    status.functionVersion,
  ];
  return new Set(named.filter((one) => one !== undefined));
}

/** A number names one Revision of the function for ever; `$LATEST` the one that serves now. */
async function revisionOf(
  { kube }: KubeDep,
  of: FunctionObject,
  { spec: { functionName }, metadata: { namespace } }: AliasObject,
  version: string,
): Promise<RevisionObject | undefined> {
  if (version === latestVersion) {
    const { revision: name } = of.status;
    const raw = name === undefined ? undefined : await kube.get(resources.revisions, { namespace, name });
    return raw === undefined ? undefined : parseRevision(raw);
  }
  const labelSelector = `${labels.function}=${labelValue(functionName)},${labels.version}=${versionLabelValue(version)}`;
  const { items } = await kube.list(resources.revisions, { namespace, labelSelector });
  return items
    .map(parseRevision)
    .find(
      ({ spec, metadata }) =>
        spec.functionUid === of.metadata.uid && metadata.deletionTimestamp === undefined,
    );
}

function elderOf(alias: AliasObject, all: readonly AliasObject[]): string | undefined {
  const { namespace, name } = alias.metadata;
  const others = all.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      metadata.name !== name &&
      spec.functionName === alias.spec.functionName &&
      spec.name === alias.spec.name,
  );
  const oldest = oldestOf([...others, alias]);
  return oldest === alias ? undefined : oldest?.metadata.name;
}
