/**
 * How many environments are to be kept at a moment, purely: the number asked for, or what target tracking has come to, between the
 * least and the most that the schedule fired last says. Whoever looks later comes to the same.
 */
import type { VersionSpec } from "../../crds/version/schema.ts";
import { type Firing, firingOf } from "./schedule.ts";

export type ScaledSpec = Pick<VersionSpec, "provisionedConcurrency" | "provisionedConcurrencyScaling">;

export interface Capacity {
  count: number;
  /** When a schedule fires next. */
  nextMs?: number;
  /** A schedule that cannot be read; the others count. */
  problem?: string;
}

/** Undefined when nothing is asked for. `desired` is what target tracking has come to, where the spec asks for it. */
export function capacityAt(spec: ScaledSpec, nowMs: number, desired?: number): Capacity | undefined {
  const { provisionedConcurrency: asked, provisionedConcurrencyScaling: scaling } = spec;
  if (asked === undefined) return undefined;
  if (scaling === undefined) return { count: asked };
  const { minCapacity, maxCapacity, ...more } = boundsAt(scaling, nowMs);
  const tracked = scaling.targetUtilization === undefined ? undefined : desired;
  return { count: Math.max(minCapacity, Math.min(maxCapacity, tracked ?? asked)), ...more };
}

export interface Bounds extends Omit<Capacity, "count"> {
  minCapacity: number;
  maxCapacity: number;
}

/** The least and the most, as the schedule fired last says; the least wins over a most that an earlier one left below it. */
export function boundsAt(scaling: Scaling, nowMs: number): Bounds {
  let { minCapacity, maxCapacity } = scaling;
  let problem: string | undefined;
  const fired: { lastMs: number; index: number }[] = [];
  let nextMs = Number.POSITIVE_INFINITY;
  const schedules = scaling.schedules ?? [];
  for (const [index, one] of schedules.entries()) {
    const firing = readFiring(one, nowMs);
    if (firing instanceof Error) problem ??= `schedule ${one.name}: ${firing.message}`;
    else {
      if (firing.lastMs !== undefined) fired.push({ lastMs: firing.lastMs, index });
      nextMs = Math.min(nextMs, firing.nextMs ?? Number.POSITIVE_INFINITY);
    }
  }
  for (const { index } of fired.toSorted((a, b) => a.lastMs - b.lastMs || a.index - b.index)) {
    minCapacity = schedules[index]?.minCapacity ?? minCapacity;
    maxCapacity = schedules[index]?.maxCapacity ?? maxCapacity;
  }
  return {
    minCapacity,
    maxCapacity: Math.max(minCapacity, maxCapacity),
    ...(Number.isFinite(nextMs) ? { nextMs } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

type Scaling = NonNullable<ScaledSpec["provisionedConcurrencyScaling"]>;
type Schedule = NonNullable<Scaling["schedules"]>[number];

function readFiring(one: Schedule, nowMs: number): Firing | Error {
  const startMs = one.startTime === undefined ? Number.NEGATIVE_INFINITY : Date.parse(one.startTime);
  const endMs = one.endTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(one.endTime);
  try {
    return firingOf(one, { startMs, endMs }, nowMs);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
