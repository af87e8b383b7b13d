/** Chores done again and again beside the gateway's work: one that fails is logged and done again at its next time. */
import type { ClockDep } from "../kernel/clock/clock.ts";
import type { LogDep } from "../kernel/log/log.ts";

export interface Chore {
  /** Completes "cannot …". */
  what: string;
  everyMs: number;
  work(): Promise<void> | void;
}

/** Runs until the signal fires. */
export async function keepUp(
  { clock, log }: ClockDep & LogDep,
  { what, everyMs, work }: Chore,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal).catch((reason: unknown) => {
      if (!signal.aborted) throw reason;
    });
    if (signal.aborted) return;
    try {
      await work();
    } catch (error) {
      log.error(`cannot ${what}; trying again later`, error);
    }
  }
}
