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

/** One of those who ask for environments of a Revision. */
interface Asker extends Intent {
  rank: string;
}

/** What all of a namespace ask for together. */
export function intentFor(
  { namespace, name }: { namespace: string; name: string },
  versions: readonly VersionObject[],
  aliases: readonly AliasObject[],
  nowMs: number,
): { wanted: number; nextMs: number | undefined } {
  const asked = askersOf({ namespace, name }, versions, aliases, nowMs);
  const next = asked.flatMap(({ nextMs }) => (nextMs === undefined ? [] : [nextMs]));
  return { wanted: sumOf(asked, name), nextMs: next.length === 0 ? undefined : Math.min(...next) };
}

/** How many of the Revision's environments are others' before this one has any: Versions come first, then Aliases, by their names. */
export function aheadOf(
  object: VersionObject | AliasObject,
  revision: string,
  versions: readonly VersionObject[],
  aliases: readonly AliasObject[],
  nowMs: number,
): number {
  const { namespace } = object.metadata;
  const askers = askersOf({ namespace, name: revision }, versions, aliases, nowMs);
  return sumOf(
    askers.filter(({ rank }) => rank < rankOf(object)),
    revision,
  );
}

/** The Revisions of which not as many are asked for as before. */
export function askedAnew(now: Intent | undefined, before: Intent | undefined): string[] {
  const names = new Set([...(now?.counts.keys() ?? []), ...(before?.counts.keys() ?? [])]);
  return [...names].filter((name) => now?.counts.get(name) !== before?.counts.get(name));
}

function askersOf(
  { namespace, name }: { namespace: string; name: string },
  versions: readonly VersionObject[],
  aliases: readonly AliasObject[],
  nowMs: number,
): Asker[] {
  const here = ({ metadata }: VersionObject | AliasObject) => metadata.namespace === namespace;
  return [
    ...versions.filter(here).map((one) => ({ rank: rankOf(one), ...versionIntent(one, nowMs) })),
    ...aliases.filter(here).map((one) => ({ rank: rankOf(one), ...aliasIntent(one, nowMs) })),
  ].filter(({ counts }) => counts.has(name));
}

function rankOf({ kind, metadata }: VersionObject | AliasObject): string {
  return `${kind === "Version" ? 0 : 1} ${metadata.name}`;
}

function sumOf(asked: readonly Intent[], revision: string): number {
  return asked.reduce((sum, { counts }) => sum + (counts.get(revision) ?? 0), 0);
}
