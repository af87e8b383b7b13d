/** How far what one Version or Alias asks for is, by the pods the watch knows, and what target tracking makes of their use. */

import type { AliasObject } from "../../crds/alias/schema.ts";
import type { VersionObject, VersionStatus } from "../../crds/version/schema.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import type { Watches } from "../watches.ts";
import { boundsAt } from "./capacity.ts";
import { aheadOf, type Intent, intentFor } from "./intent.ts";
import { byUse, type KeptPod, keptPods } from "./pods.ts";
import type { ProvisionRefusals } from "./refusals.ts";
import { type ProvisionedStatus, provisionedStatus } from "./status.ts";
import { type Tracked, type Tracking, track } from "./track.ts";

type ScalingStatus = NonNullable<VersionStatus["provisionedConcurrencyScaling"]>;

export interface ProvisionedNow {
  /** Undefined when none is asked for. */
  provisioned: ProvisionedStatus | undefined;
  /** Undefined without target tracking. */
  scaling: ScalingStatus | undefined;
  /** When to look again though nothing else changes. */
  scalingDueAtMs: number | undefined;
}

interface NowDeps {
  watches: Pick<Watches, "pods" | "revisions" | "versions" | "aliases">;
  provisionRefusals: Pick<ProvisionRefusals, "get">;
}

export function provisionedNow<T extends VersionObject | AliasObject>(
  deps: NowDeps,
  object: T,
  intentOf: (object: T, nowMs: number) => Intent,
  nowMs: number,
): ProvisionedNow {
  const { namespace } = object.metadata;
  const inUse = inUseOf(deps, namespace, intentOf(object, nowMs), nowMs);
  const { dueAtMs, ...tracked } = trackedNow(object, inUse, nowMs) ?? {};
  const scaling = "desired" in tracked ? writeTracking(tracked) : undefined;
  const now = { ...object, status: { ...object.status, provisionedConcurrencyScaling: scaling } };
  const { counts, problem } = intentOf(now, nowMs);
  const kept = [...counts].map(([revision, wanted]) => ({
    wanted,
    pods: allottedPods(deps, object, { revision, wanted }, nowMs),
    refusal: deps.provisionRefusals.get(`${namespace}/${revision}`),
  }));
  return { provisioned: provisionedStatus(kept, problem), scaling, scalingDueAtMs: dueAtMs };
}

/** Of those kept for a Revision that several ask for, the ones that are this one's: nobody's count twice. */
function allottedPods(
  { watches }: NowDeps,
  object: VersionObject | AliasObject,
  { revision, wanted }: { revision: string; wanted: number },
  nowMs: number,
): KeptPod[] {
  const ahead = aheadOf(object, revision, watches.versions.list(), watches.aliases.list(), nowMs);
  const pods = keptPods(watches.pods.list(), object.metadata.namespace, revision);
  return pods.toSorted(byUse).slice(ahead, ahead + wanted);
}

function trackedNow(
  { metadata, spec, status }: VersionObject | AliasObject,
  inUse: number | undefined,
  nowMs: number,
): Tracked | undefined {
  const { provisionedConcurrency: asked, provisionedConcurrencyScaling: scaling } = spec;
  const target = scaling?.targetUtilization;
  if (asked === undefined || scaling === undefined || target === undefined) return undefined;
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const before = readTracking(status.provisionedConcurrencyScaling);
  const { nextMs, ...bounds } = boundsAt(scaling, nowMs);
  const tracked = track({ before, asked, bounds, target, inUse, nowMs });
  const dueAtMs = Math.min(tracked.dueAtMs ?? Number.POSITIVE_INFINITY, nextMs ?? Number.POSITIVE_INFINITY);
  return { ...tracked, dueAtMs };
}

/** Environments in use, as gateways tell; of a Revision that several ask for, the part asked for here. */
function inUseOf(
  { watches }: NowDeps,
  namespace: string,
  { counts }: Intent,
  nowMs: number,
): number | undefined {
  let sum: number | undefined;
  for (const [name, own] of counts) {
    const use = watches.revisions.get(`${namespace}/${name}`)?.status.provisioned;
    if (use === undefined || own === 0) continue;
    const { wanted } = intentFor({ namespace, name }, watches.versions.list(), watches.aliases.list(), nowMs);
    const share = wanted === 0 ? 1 : Math.min(1, own / wanted);
    sum = (sum ?? 0) + (share * use.environments * Math.max(0, use.utilizationPercent - roundedUpMax)) / 100;
  }
  return sum;
}

function readTracking(status: ScalingStatus | undefined): Tracking | undefined {
  if (status === undefined) return undefined;
  const { desired, low, lastScaleOutTime, message } = status;
  return {
    desired,
    ...(low === undefined ? {} : { low: { sinceMs: Date.parse(low.since), inUseMax: low.inUseMax } }),
    ...(lastScaleOutTime === undefined ? {} : { steppedUpMs: Date.parse(lastScaleOutTime) }),
    ...(message === undefined ? {} : { message }),
  };
}

function writeTracking({ desired, low, steppedUpMs, message }: Tracking): ScalingStatus {
  return {
    desired,
    ...(low === undefined ? {} : { low: { since: instantOf(low.sinceMs), inUseMax: low.inUseMax } }),
    ...(steppedUpMs === undefined ? {} : { lastScaleOutTime: instantOf(steppedUpMs) }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Use is told in whole per cent; what rounding may have added is not to ask for another environment. */
const roundedUpMax = 0.5;
