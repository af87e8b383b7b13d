/**
 * How many environments are to be kept initialised for each Revision, purely: what Versions ask for, and what Aliases ask for,
 * shared between their versions as their invocations are.
 */
import type { AliasObject, AliasStatus } from "../../crds/alias/schema.ts";
import type { VersionObject, VersionStatus } from "../../crds/version/schema.ts";
import { capacityAt, type ScaledSpec } from "./capacity.ts";

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

export interface Intent {
  /** By Revision's name; a Revision may be asked for 0 of. */
  counts: Map<string, number>;
  /** When a schedule changes it next. */
  nextMs?: number;
  /** What of it cannot be followed. */
  problem?: string;
}

export function versionIntent({ metadata, spec, status }: VersionObject, nowMs: number): Intent {
  const capacity = metadata.deletionTimestamp === undefined ? desiredOf(spec, status, nowMs) : undefined;
  if (capacity === undefined || status.revision === undefined) return { counts: new Map() };
  const { count, ...more } = capacity;
  return { counts: new Map([[status.revision, count]]), ...more };
}

export function aliasIntent({ metadata, spec, status }: AliasObject, nowMs: number): Intent {
  const capacity = metadata.deletionTimestamp === undefined ? desiredOf(spec, status, nowMs) : undefined;
  if (capacity === undefined) return { counts: new Map() };
  const { count, ...more } = capacity;
  return { counts: splitByWeight(count, status.routes ?? []), ...more };
}

function desiredOf(spec: ScaledSpec, status: VersionStatus | AliasStatus, nowMs: number) {
  return capacityAt(spec, nowMs, status.provisionedConcurrencyScaling?.desired);
}

/** What all of a namespace ask for together. */
export function intentFor(
  { namespace, name }: { namespace: string; name: string },
  versions: readonly VersionObject[],
  aliases: readonly AliasObject[],
  nowMs: number,
): { wanted: number; nextMs: number | undefined } {
  const here = ({ metadata }: VersionObject | AliasObject) => metadata.namespace === namespace;
  const asked = [
    ...versions.filter(here).map((one) => versionIntent(one, nowMs)),
    ...aliases.filter(here).map((one) => aliasIntent(one, nowMs)),
  ].filter(({ counts }) => counts.has(name));
  const next = asked.flatMap(({ nextMs }) => (nextMs === undefined ? [] : [nextMs]));
  return {
    wanted: asked.reduce((sum, { counts }) => sum + (counts.get(name) ?? 0), 0),
    nextMs: next.length === 0 ? undefined : Math.min(...next),
  };
}
