/**
 * How many environments are to be kept initialised for each Revision, purely: what Versions ask for, and what Aliases ask for,
 * shared between their versions as their invocations are.
 */
import type { AliasObject } from "../../crds/alias/schema.ts";
import type { VersionObject } from "../../crds/version/schema.ts";

interface Share {
  revision: string;
  weight: number;
}

/** By largest remainder, so that the parts are whole and add up to the total. */
export function splitByWeight(total: number, shares: readonly Share[]): Map<string, number> {
  const parts = shares.map(({ revision, weight }) => {
    const exact = total * weight;
    return { revision, count: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = total - parts.reduce((sum, { count }) => sum + count, 0);
  for (const part of parts.toSorted((a, b) => b.rest - a.rest)) {
    if (left <= 0) break;
    part.count++;
    left--;
  }
  return new Map(parts.map(({ revision, count }) => [revision, count]));
}

export function versionIntent({ metadata, spec, status }: VersionObject): Map<string, number> {
  const isKept = metadata.deletionTimestamp === undefined && status.revision !== undefined;
  if (spec.provisionedConcurrency === undefined || !isKept) return new Map();
  return new Map([[status.revision ?? "", spec.provisionedConcurrency]]);
}

export function aliasIntent({ metadata, spec, status }: AliasObject): Map<string, number> {
  if (spec.provisionedConcurrency === undefined || metadata.deletionTimestamp !== undefined) return new Map();
  return splitByWeight(spec.provisionedConcurrency, status.routes ?? []);
}

/** What all of a namespace ask for together. */
export function intentFor(
  { namespace, name }: { namespace: string; name: string },
  versions: readonly VersionObject[],
  aliases: readonly AliasObject[],
): number {
  const asked = [
    ...versions.filter(({ metadata }) => metadata.namespace === namespace).map(versionIntent),
    ...aliases.filter(({ metadata }) => metadata.namespace === namespace).map(aliasIntent),
  ];
  return asked.reduce((sum, intent) => sum + (intent.get(name) ?? 0), 0);
}
