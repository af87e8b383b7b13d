/** Where an alias's spec says its invocations go, purely: one version, or two by weight, or why it cannot be. */
import type { AliasStatus } from "../../crds/alias/schema.ts";
import { canonicalJson, type Json } from "../../crds/hash.ts";
import { latestVersion } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { AliasObserved, Problem } from "./observed.ts";

export type Route = NonNullable<AliasStatus["routes"]>[number];

export type Wanted =
  | { kind: "routes"; functionVersion: string; routes: Route[] }
  | { kind: "problem"; problem: Problem };

export function wantedRoutes(observed: AliasObserved): Wanted {
  const { alias, elder, function: of, referenced } = observed;
  const { functionName, versionRef, name } = alias.spec;
  if (elder !== undefined) {
    const message = `Alias object ${elder} is alias ${name} of ${functionName} already and is older: delete one of ${elder} and ${alias.metadata.name}.`;
    return wrong("DuplicateAliasName", message);
  }
  if (of === undefined)
    return wrong(
      "FunctionNotFound",
      `There is no function ${functionName} in the namespace, but spec.functionName names it: apply the Function, or change spec.functionName.`,
    );
  const primary = alias.spec.functionVersion ?? referenced;
  if (primary === undefined)
    return wrong(
      "VersionNotFound",
      `Version object ${versionRef?.name}, which spec.versionRef names, is not there or not published yet: kubectl describe versions.kambda.dev ${versionRef?.name} says why.`,
    );
  return weighted(observed, primary);
}

function weighted(observed: AliasObserved, primary: string): Wanted {
  const [additional] = Object.entries(observed.alias.spec.routingConfig?.additionalVersionWeights ?? {});
  const shares: [string, number][] =
    additional === undefined ? [[primary, 1]] : [[primary, 1 - additional[1]], additional];
  const routes: Route[] = [];
  const revisions: RevisionObject[] = [];
  for (const [functionVersion, weight] of shares) {
    const revision = observed.revisions.get(functionVersion);
    if (revision === undefined) return wrong("VersionNotFound", missing(observed, functionVersion));
    routes.push({ functionVersion, revision: revision.metadata.name, weight });
    revisions.push(revision);
  }
  const [one, other] = revisions;
  const problem = one === undefined || other === undefined ? undefined : unequal(one, other);
  if (problem !== undefined) return { kind: "problem", problem };
  return { kind: "routes", functionVersion: primary, routes: routes.filter(({ weight }) => weight > 0) };
}

function missing({ alias }: AliasObserved, version: string): string {
  const { functionName } = alias.spec;
  return version === latestVersion
    ? `Function ${functionName} has no code that serves yet: kubectl describe function says why.`
    : `Version ${version} of ${functionName} does not exist: publish it, or point the alias to one that does.`;
}

/** As with Lambda: invocations of one alias run with one role's rights and fail into one queue. */
export function unequal(one: RevisionObject, other: RevisionObject): Problem | undefined {
  const versions = `versions ${one.spec.functionVersion} and ${other.spec.functionVersion}`;
  if (one.spec.functionVersion === latestVersion || other.spec.functionVersion === latestVersion) {
    const message =
      "Invocations are shared between published versions only: $LATEST cannot be one of two. Publish it, and name its number.";
    return { reason: "LatestNotWeighted", message };
  }
  if (one.metadata.name === other.metadata.name)
    return {
      reason: "SameVersion",
      message: `The alias is weighted between version ${one.spec.functionVersion} and itself: name another in spec.routingConfig, or leave that out.`,
    };
  if (one.spec.role !== other.spec.role) {
    const message = `The alias cannot be shared by ${versions}: their roles are ${one.spec.role ?? "none"} and ${other.spec.role ?? "none"}, and must be the same: publish one with the role of the other, or leave out spec.routingConfig.`;
    return { reason: "RolesDiffer", message };
  }
  if (textOf(one.spec.deadLetter) === textOf(other.spec.deadLetter)) return undefined;
  const message = `The alias cannot be shared by ${versions}: their deadLetter differs, and must be the same: publish one with that of the other, or leave out spec.routingConfig.`;
  return { reason: "DeadLettersDiffer", message };
}

function textOf(deadLetter: RevisionObject["spec"]["deadLetter"]): string {
  return canonicalJson((deadLetter ?? null) as Json);
}

function wrong(reason: string, message: string): Wanted {
  return { kind: "problem", problem: { reason, message } };
}
