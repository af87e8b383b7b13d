/** How long a namespace's pool is left alone after the cluster refused it a pod: quota is the functions' first. */
import type { ClockDep } from "../../kernel/clock/clock.ts";

export interface Refusals {
  untilMs(namespace: string): number | undefined;
  refused(namespace: string): void;
  accepted(namespace: string): void;
  /** True when an end that holds the pool back, at this time, was not told of yet. */
  isNews(namespace: string, failedMs: number): boolean;
}

export const refusalMsMin = 30_000;
export const refusalMsMax = 600_000;

export function createRefusals({ clock }: ClockDep): Refusals {
  const known = new Map<string, { times: number; untilMs: number }>();
  const toldMs = new Map<string, number>();
  return {
    untilMs: (namespace) => known.get(namespace)?.untilMs,
    refused(namespace) {
      const times = (known.get(namespace)?.times ?? 0) + 1;
      const waitMs = Math.min(refusalMsMax, refusalMsMin * 2 ** Math.min(times - 1, 20));
      known.set(namespace, { times, untilMs: clock.nowMs() + waitMs });
    },
    accepted: (namespace) => void known.delete(namespace),
    isNews(namespace, failedMs) {
      if ((toldMs.get(namespace) ?? 0) >= failedMs) return false;
      toldMs.set(namespace, failedMs);
      return true;
    },
  };
}
