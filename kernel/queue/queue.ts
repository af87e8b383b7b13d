/**
 * A work queue of keys: a key is in it once, is handled by one worker at a time, comes back later when handling failed, and
 * comes back anyway after a while, since events are sometimes lost. Keys, not objects, so that the newest state is worked on.
 */
import type { ClockDep } from "../clock/clock.ts";
import type { LogDep } from "../log/log.ts";
import { jitter, type RandomDep } from "../random/random.ts";

/** When to look at the key again: on the ordinary round, sooner, or never since its object is gone. */
export type Again = { again: "round" } | { again: "after"; ms: number } | { again: "never" };

export interface Queue {
  /** Handled soon; a key that is being handled now is handled once more after that. */
  add(key: string): void;
  /** Runs until the signal fires; resolves when the last handling has ended. */
  start(signal: AbortSignal): Promise<void>;
  /** Keys ready or in hand: not those waiting for their time. */
  depth(): number;
}

export interface QueueOptions {
  /** For logs. */
  name: string;
  workersMax: number;
  handle: (key: string, signal: AbortSignal) => Promise<Again>;
  /** Told of each handling's length and end, for metrics. */
  onHandled?: (durationMs: number, failed: boolean) => void;
}

/** At a moment, which may be never: then on the ordinary round. */
export function againAt(atMs: number, nowMs: number): Again {
  return Number.isFinite(atMs) ? { again: "after", ms: Math.max(1, atMs - nowMs) } : { again: "round" };
}

export const failureMsMin = 200;
export const failureMsMax = 60_000;
export const roundMs = 600_000;

/** Wait before the n-th try after n failures in a row. */
export function failureMs(failures: number): number {
  return Math.min(failureMsMax, failureMsMin * 2 ** Math.min(failures - 1, 20));
}

interface Entry {
  at: "ready" | "running" | "runningAndWanted" | "waiting";
  failures: number;
  cancel?: () => void;
}

export function createQueue(deps: ClockDep & RandomDep & LogDep, options: QueueOptions): Queue {
  const entries = new Map<string, Entry>();
  const ready: string[] = [];
  let running = 0;
  let stopping: AbortSignal | undefined;
  const ended = Promise.withResolvers<void>();

  const enqueue = (key: string, entry: Entry) => {
    entry.cancel?.();
    delete entry.cancel;
    entry.at = "ready";
    ready.push(key);
    pump();
  };

  const add = (key: string) => {
    const entry = entries.get(key);
    if (entry === undefined) {
      const fresh: Entry = { at: "waiting", failures: 0 };
      entries.set(key, fresh);
      enqueue(key, fresh);
      return;
    }
    switch (entry.at) {
      case "waiting":
        enqueue(key, entry);
        return;
      case "running":
        entry.at = "runningAndWanted";
        return;
      case "ready":
      case "runningAndWanted":
        return;
    }
  };

  const pump = () => {
    if (stopping === undefined) return;
    while (!stopping.aborted && running < options.workersMax) {
      const key = ready.shift();
      if (key === undefined) return;
      running++;
      void work(key, stopping).finally(() => {
        running--;
        if (stopping?.aborted && running === 0) ended.resolve();
        pump();
      });
    }
  };

  const work = async (key: string, signal: AbortSignal) => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entry.at = "running";
    const startedAt = deps.clock.monotonicMs();
    const again = await handle(key, entry, signal);
    options.onHandled?.(deps.clock.monotonicMs() - startedAt, entry.failures > 0);
    // `add` may have been called meanwhile; the type checker does not see that.
    if ((entry as Entry).at === "runningAndWanted") enqueue(key, entry);
    else if (again.again === "never") entries.delete(key);
    else wait(key, entry, again.again === "after" ? again.ms : jitter(deps.random, roundMs));
  };

  const handle = async (key: string, entry: Entry, signal: AbortSignal): Promise<Again> => {
    try {
      const again = await options.handle(key, signal);
      entry.failures = 0;
      return again;
    } catch (error) {
      entry.failures++;
      if (!signal.aborted) deps.log.error(`${options.name} failed`, error, { key, failures: entry.failures });
      return { again: "after", ms: jitter(deps.random, failureMs(entry.failures)) };
    }
  };

  const wait = (key: string, entry: Entry, ms: number) => {
    entry.at = "waiting";
    entry.cancel = deps.clock.after(ms, () => enqueue(key, entry));
  };

  return {
    add,
    depth: () => ready.length + running,
    async start(signal) {
      stopping = signal;
      const stop = () => {
        for (const entry of entries.values()) entry.cancel?.();
        if (running === 0) ended.resolve();
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
      pump();
      await ended.promise;
    },
  };
}
