/** A clock for tests: time stands still until told, and then every waiter due is called in order. */
import type { Clock } from "../clock/clock.ts";

export interface TestClock extends Clock {
  /** Moves time on, letting promises settle between one waiter and the next. */
  advance(ms: number): Promise<void>;
}

export function createTestClock(startMs = Date.UTC(2026, 0, 1)): TestClock {
  let now = 0;
  let nextId = 0;
  const waiters = new Map<number, { at: number; call: () => void }>();

  const after = (ms: number, call: () => void) => {
    const id = nextId++;
    waiters.set(id, { at: now + ms, call });
    return () => void waiters.delete(id);
  };

  return {
    nowMs: () => startMs + now,
    monotonicMs: () => now,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const cancel = after(ms, resolve);
        signal?.addEventListener("abort", () => {
          cancel();
          reject(signal.reason);
        });
      }),
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        const due = [...waiters]
          .filter(([, waiter]) => waiter.at <= until)
          .sort((a, b) => a[1].at - b[1].at)[0];
        if (due === undefined) break;
        const [id, waiter] = due;
        waiters.delete(id);
        now = Math.max(now, waiter.at);
        waiter.call();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
