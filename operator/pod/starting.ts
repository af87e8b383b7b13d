/** Pods that are made and do not run yet: what a node is at work on, and what more of them would slow down. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { listen } from "../listen.ts";
import type { Watches } from "../watches.ts";
import { markOf, type PodView } from "./view.ts";

/** One that has not started after this long waits for something, an image or a node, and holds up no other. */
export const startingMsMax = 60_000;

export function isStarting(pod: PodView): boolean {
  // Gateways know of an environment before the kubelet has told that its pod runs.
  return (
    pod.status.phase === "Pending" &&
    pod.metadata.deletionTimestamp === undefined &&
    markOf(pod) === undefined
  );
}

/** Pods that this process made and the watch has not told of: between two looks at it they would be made again elsewhere. */
export interface Made {
  /** `of`: what it was made for. */
  add(key: string, of: string): void;
  /** Of those made for anything else, how long ago each was made. */
  unseenBut(of: string): number[];
}

export function createMade(
  { watches, clock }: ClockDep & { watches: Pick<Watches, "pods"> },
  signal: AbortSignal,
): Made {
  const unseen = new Map<string, { of: string; atMs: number }>();
  listen(watches.pods, signal, (key) => void unseen.delete(key));
  return {
    add(key, of) {
      if (watches.pods.get(key) === undefined) unseen.set(key, { of, atMs: clock.nowMs() });
    },
    unseenBut(of) {
      const nowMs = clock.nowMs();
      // A watch that broke off just then may never tell of one that is gone again.
      for (const [key, { atMs }] of unseen) if (nowMs - atMs >= startingMsMax) unseen.delete(key);
      return [...unseen.values()].filter((one) => one.of !== of).map(({ atMs }) => nowMs - atMs);
    },
  };
}

/** How long ago those were made that hold up others. */
export function startingAges(pods: readonly PodView[], nowMs: number): number[] {
  return pods
    .filter(isStarting)
    .map(({ metadata }) => nowMs - (Date.parse(metadata.creationTimestamp) || 0))
    .filter((ageMs) => ageMs < startingMsMax);
}
