/**
 * Gives garbage back when nobody waits for anything. By itself the engine collects when its heap has grown, which thousands of short
 * invocations make it do; what it then holds it would keep for as long as the environment stays idle. One timer at a time.
 */
import type { ClockDep } from "../clock/clock.ts";
import { tidyAfterMs, tidyInvocationsMin } from "../limits.ts";

export interface Tidy {
  /** An invocation came. */
  used(): void;
}

export interface TidyDeps extends ClockDep {
  isBusy(): boolean;
  /** Stops the world for some milliseconds. */
  collect(): void;
}

export function createTidy({ clock, isBusy, collect }: TidyDeps): Tidy {
  let invocations = 0;
  let lastMs = 0;
  let isTimed = false;

  function look(): void {
    const idleMs = isBusy() ? 0 : clock.elapsed() - lastMs;
    if (idleMs < tidyAfterMs) {
      clock.after(tidyAfterMs - idleMs, look);
      return;
    }
    isTimed = false;
    invocations = 0;
    collect();
  }

  return {
    used() {
      invocations += 1;
      lastMs = clock.elapsed();
      if (isTimed || invocations < tidyInvocationsMin) return;
      isTimed = true;
      clock.after(tidyAfterMs, look);
    },
  };
}
