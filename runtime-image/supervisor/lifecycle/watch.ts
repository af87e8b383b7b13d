/**
 * Looks now and then at what a function holds while an invocation runs, so that we end it before the kernel, which would end
 * us too, or the kubelet, which would end the pod. Short invocations are looked at when they end, as often as long ones.
 */
import type { ClockDep } from "../clock/clock.ts";
import { memoryPollMs, memoryPollNearMs, storageEntriesMax } from "../limits.ts";
import type { StorageWalk } from "../process/storage.ts";
import type { Look } from "../process/usage.ts";
import { type Allowed, type Excess, excessOf } from "./excess.ts";

export interface Watch {
  /** Begins to look; the result ends it, with a last look if one is due. */
  start(): () => void;
  /** The most memory that was seen, in MB. */
  peakMb(): number;
}

export interface WatchDeps extends ClockDep {
  usage: Look;
  storage: StorageWalk;
  exceeded(excess: Excess): void;
}

export function createWatch(deps: WatchDeps, allowed: Allowed): Watch {
  const { clock } = deps;
  let peakMb = 0;
  let dueMs = clock.elapsed() + memoryPollMs;

  /** True while nothing is exceeded. */
  function look(): boolean {
    const { memoryMb, tasks } = deps.usage(allowed.memorySizeMb);
    peakMb = Math.max(peakMb, Math.ceil(memoryMb));
    const excess = excessOf({ memoryMb, tasks, storageMb: deps.storage.step(storageEntriesMax) }, allowed);
    dueMs = clock.elapsed() + (memoryMb > allowed.memorySizeMb / 2 ? memoryPollNearMs : memoryPollMs);
    if (excess !== undefined) deps.exceeded(excess);
    return excess === undefined;
  }

  return {
    peakMb: () => peakMb,
    start() {
      let cancel = () => {};
      // Not sooner: an invocation that begins is not to wait for a look that has been due since the last one.
      const later = () => {
        cancel = clock.after(Math.max(memoryPollNearMs, dueMs - clock.elapsed()), () => {
          if (look()) later();
        });
      };
      later();
      return () => {
        cancel();
        if (clock.elapsed() >= dueMs) look();
      };
    },
  };
}
