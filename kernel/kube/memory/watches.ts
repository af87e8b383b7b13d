/** Watches of the Kubernetes in memory: everything that happened, in order, from a version on, as a selection sees it. */
import type { KubeObject, Resource, Selection, WatchEvent } from "../port.ts";
import { matches } from "./select.ts";

interface Change {
  plural: string;
  version: number;
  /** Absent when made. */
  before: KubeObject | undefined;
  now: KubeObject;
  gone: boolean;
}

export interface MemoryWatches {
  tell(resource: Resource, change: Omit<Change, "plural">): void;
  watch(
    resource: Resource,
    selection: Selection,
    from: number,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent>;
}

export function createMemoryWatches(): MemoryWatches {
  const changes: Change[] = [];
  const wakers = new Set<() => void>();
  return {
    tell({ plural }, change) {
      changes.push({ plural, ...change });
      for (const wake of [...wakers]) wake();
    },
    async *watch({ plural }, selection, from, signal) {
      let at = changes.findIndex((change) => change.version > from);
      if (at < 0) at = changes.length;
      while (!signal.aborted) {
        const change = changes[at];
        if (change === undefined) {
          await nextChange(wakers, signal);
          continue;
        }
        at++;
        const event = change.plural === plural ? seenBy(selection, change) : undefined;
        if (event !== undefined) yield structuredClone(event);
      }
    },
  };
}

/** One that leaves a selection is deleted, one that enters it added, for whoever watches the selection. */
function seenBy(selection: Selection, { before, now, gone }: Change): WatchEvent | undefined {
  const was = before !== undefined && matches(selection, before);
  const is = !gone && matches(selection, now);
  if (was && is) return { type: "MODIFIED", object: now };
  if (is) return { type: "ADDED", object: now };
  return was ? { type: "DELETED", object: now } : undefined;
}

function nextChange(wakers: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      wakers.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    wakers.add(wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
