/** Time as a dependency: the only place of the supervisor that reads a clock or starts a timer. */

export interface Clock {
  /** Epoch milliseconds, for deadlines and log lines. */
  now(): number;
  /** Monotonic milliseconds with fractions, for durations. */
  elapsed(): number;
  /** Calls back once; the result cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back after the event loop has looked at every socket and pipe once. */
  turn(callback: () => void): void;
}

export interface ClockDep {
  clock: Clock;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  turn: (callback) => void setImmediate(callback),
};

/** Waits for the promise, but no longer than this. */
export function within(clock: Clock, msMax: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(msMax, resolve);
    promise.then(() => {
      cancel();
      resolve();
    }, reject);
  });
}
