/**
 * A local copy of one kind, kept up by list and watch. It never gives up: a lost connection, a silent one, an expired
 * version or a refusal all lead to another attempt; how old the copy is can be asked.
 */
import type { ClockDep } from "../clock/clock.ts";
import { isReason, type KubeDep, type KubeObject, type Resource, type Selection } from "../kube/port.ts";
import type { LogDep } from "../log/log.ts";
import { jitter, type RandomDep } from "../random/random.ts";
import { createCache, type Listener } from "./cache.ts";
import { backoffMs, type Happening, next, type Phase, start } from "./phase.ts";

export interface Reflector<T> {
  /** Runs until the signal fires; resolves then. */
  start(signal: AbortSignal): Promise<void>;
  /** `key` is `namespace/name`. */
  get(key: string): T | undefined;
  list(): T[];
  /** Returns the way to stop being told. */
  onChange(listener: Listener<T>): () => void;
  /** Resolves after the first complete list. */
  synced: Promise<void>;
  /** Milliseconds since the server was last heard; Infinity before the first list. */
  staleMs(): number;
  readonly name: string;
}

export interface ReflectorOptions<T> {
  resource: Resource;
  selection: Selection;
  /** Throws, or gives an Error, for an object that makes no sense: it is logged once and passed over. */
  parse: (raw: KubeObject) => T | Error;
  /** For logs and metrics. */
  name: string;
}

/** Bookmarks come every minute; silence past this means a connection that is open on our side only. */
export const silenceMsMax = 90_000;

export type ReflectorDeps = KubeDep & ClockDep & RandomDep & LogDep;

export function createReflector<T>(deps: ReflectorDeps, options: ReflectorOptions<T>): Reflector<T> {
  const { resource, selection, name } = options;
  const cache = createCache(deps, name, options.parse);
  const sync = Promise.withResolvers<void>();
  let heardAt = Number.NEGATIVE_INFINITY;
  const hear = () => {
    heardAt = deps.clock.monotonicMs();
  };

  const list = async (): Promise<Happening> => {
    try {
      const page = await deps.kube.list(resource, selection);
      hear();
      cache.replace(page.items);
      sync.resolve();
      return { happened: "listed", resourceVersion: page.resourceVersion };
    } catch (error) {
      deps.log.warn(`cannot list ${name}; trying again`, { reason: String(error) });
      return { happened: "broken" };
    }
  };

  const watch = async (from: Phase & { phase: "watch" }, signal: AbortSignal): Promise<Phase> => {
    let phase: Phase = from;
    const guard = createGuard(deps, signal);
    try {
      for await (const event of deps.kube.watch(resource, selection, from.resourceVersion, guard.signal)) {
        if (guard.signal.aborted) break;
        if (event.type === "ERROR") {
          const expired = event.status.code === 410;
          if (!expired) deps.log.warn(`the watch of ${name} failed`, { reason: event.status.message });
          return next(phase, { happened: expired ? "expired" : "broken" });
        }
        guard.reset();
        hear();
        if (event.type === "DELETED") cache.drop(event.object);
        else if (event.type !== "BOOKMARK") cache.put(event.object);
        const heard =
          event.type === "BOOKMARK" ? event.resourceVersion : event.object.metadata.resourceVersion;
        phase = next(phase, { happened: "heard", resourceVersion: heard ?? "" });
      }
      return next(phase, { happened: guard.silent() ? "broken" : "ended" });
    } catch (error) {
      if (isReason(error, "Expired") || isReason(error, "Gone")) return next(phase, { happened: "expired" });
      deps.log.warn(`the watch of ${name} broke; trying again`, { reason: String(error) });
      return next(phase, { happened: "broken" });
    } finally {
      guard.stop();
    }
  };

  const wait = async (failures: number, signal: AbortSignal): Promise<void> => {
    const stopped = deps.clock.sleep(jitter(deps.random, backoffMs(failures)), signal);
    await stopped.catch((reason: unknown) => {
      if (!signal.aborted) throw reason;
    });
  };

  return {
    name,
    async start(signal) {
      let phase: Phase = start;
      while (!signal.aborted) {
        if (phase.phase === "list") phase = next(phase, await list());
        else if (phase.phase === "watch") phase = await watch(phase, signal);
        else {
          await wait(phase.failures, signal);
          phase = next(phase, { happened: "waited" });
        }
      }
    },
    get: cache.get,
    list: cache.list,
    onChange: cache.onChange,
    synced: sync.promise,
    staleMs: () => deps.clock.monotonicMs() - heardAt,
  };
}

/** A signal that also fires when nothing was heard for too long. */
function createGuard(deps: ClockDep, outer: AbortSignal) {
  const inner = new AbortController();
  let silent = false;
  const abort = () => inner.abort();
  outer.addEventListener("abort", abort, { once: true });
  const arm = () =>
    deps.clock.after(silenceMsMax, () => {
      silent = true;
      abort();
    });
  let disarm = arm();
  return {
    signal: inner.signal,
    silent: () => silent,
    reset() {
      disarm();
      disarm = arm();
    },
    stop() {
      disarm();
      outer.removeEventListener("abort", abort);
      abort();
    },
  };
}
