/**
 * Target tracking, purely: how many environments to keep so that the share in use is near a target. As Lambda's: more at once when
 * the share is above the target; fewer only when it has stayed well below for a while, and then no fewer than its highest use in
 * that while asks for.
 */

export interface TrackingTarget {
  /** Per cent in use that is aimed at. */
  targetPercent: number;
  /** Seconds that use must stay low before a step down. */
  scaleInCooldown: number;
  /** Seconds between two steps up. */
  scaleOutCooldown: number;
}

/** What is remembered between two looks. */
export interface Tracking {
  desired: number;
  /** Since when use has been low, and the highest in this while, in environments. */
  low?: { sinceMs: number; inUseMax: number };
  steppedUpMs?: number;
  /** Why the last step was made. */
  message?: string;
}

export interface TrackingQuestion {
  before: Tracking | undefined;
  /** What the spec asks for: where tracking begins. */
  asked: number;
  bounds: { minCapacity: number; maxCapacity: number };
  target: TrackingTarget;
  /** Environments in use on average; undefined while nobody has said. */
  inUse: number | undefined;
  nowMs: number;
}

export interface Tracked extends Tracking {
  /** When to look again though nothing else changes. */
  dueAtMs?: number;
}

/** Below this share of the target use is low: between the two nothing is done. */
const lowShare = 0.9;

export function track(question: TrackingQuestion): Tracked {
  const { before, asked, bounds, target, inUse, nowMs } = question;
  const { minCapacity, maxCapacity } = bounds;
  const bounded = (count: number) => Math.max(minCapacity, Math.min(maxCapacity, count));
  const last = before?.desired ?? asked;
  const desired = bounded(last);
  const message =
    before !== undefined && desired !== last
      ? `${last} → ${desired}: at least ${minCapacity} and at most ${maxCapacity} are to be kept now`
      : before?.message;
  const steppedUpMs = before?.steppedUpMs;
  const kept: Tracking = {
    desired,
    ...(steppedUpMs === undefined ? {} : { steppedUpMs }),
    ...(message === undefined ? {} : { message }),
  };
  if (inUse === undefined) return kept;
  const fitting = (use: number) => bounded(Math.ceil((use * 100) / target.targetPercent - rounding));
  const step = (to: number, use: number) =>
    `${desired} → ${to}: ${shown(use)} were in use, and ${target.targetPercent} % is aimed at`;
  const more = fitting(inUse);
  if (more > desired) {
    const dueAtMs = (steppedUpMs ?? Number.NEGATIVE_INFINITY) + target.scaleOutCooldown * 1000;
    if (nowMs < dueAtMs) return { ...kept, dueAtMs };
    return { desired: more, steppedUpMs: nowMs, message: step(more, inUse) };
  }
  if (inUse * 100 >= lowShare * target.targetPercent * desired) return kept;
  const low = {
    sinceMs: before?.low?.sinceMs ?? nowMs,
    inUseMax: Math.max(before?.low?.inUseMax ?? 0, inUse),
  };
  const fewer = fitting(low.inUseMax);
  // What is kept already is the fewest that use or the bounds allow.
  if (fewer >= desired && fitting(inUse) >= desired) return kept;
  const dueAtMs = low.sinceMs + target.scaleInCooldown * 1000;
  if (nowMs < dueAtMs) return { ...kept, low, dueAtMs };
  if (fewer >= desired) return { ...kept, low: { sinceMs: nowMs, inUseMax: inUse } };
  return { ...kept, desired: fewer, message: step(fewer, low.inUseMax) };
}

/** 0.7 × 10 is 7, whatever the processor says. */
const rounding = 1e-6;

function shown(use: number): string {
  return String(Math.round(use * 10) / 10);
}
