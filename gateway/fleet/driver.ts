/** Feeds the shards: one event at a time, in order, and the passing of time; what they do about it is carried out in order too. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { placerLimits } from "../placer/limits.ts";
import type { PlacerOptions } from "../placer/options.ts";
import type { ShardAction, ShardEvent } from "../shard/event.ts";
import { shardOf } from "../shard/hash.ts";
import { isUnconfirmed } from "../shard/seat.ts";
import { createShardState, type ShardState } from "../shard/state.ts";
import { stepShard } from "../shard/step.ts";

export interface Driver {
  readonly shards: readonly ShardState[];
  /** What an action causes is looked at after the other actions of its step. */
  happen(shard: number, event: ShardEvent): void;
  /** In the shard of this namespace. */
  happenIn(namespace: string, event: ShardEvent): void;
  happenEverywhere(event: ShardEvent): void;
  /** Lets time pass until the signal fires. */
  start(signal: AbortSignal): void;
}

export interface DriverOptions {
  self: string;
  shards: number;
  placer: PlacerOptions;
}

export interface DriverHands {
  carryOut(shard: number, action: ShardAction): void;
  /** Called about every second, and more often while requests wait. */
  beat(): void;
}

export function createDriver({ clock }: ClockDep, options: DriverOptions, hands: DriverHands): Driver {
  const shards = Array.from({ length: options.shards }, () => createShardState(options.self, options.placer));
  const events: { shard: number; event: ShardEvent }[] = [];
  let isWorking = false;
  let isStarted = false;
  let armedAtMs = Number.POSITIVE_INFINITY;
  let disarm = () => {};

  const happen = (shard: number, event: ShardEvent) => {
    events.push({ shard, event });
    if (isWorking) return;
    isWorking = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) {
        const state = shards[next.shard];
        if (state === undefined) continue;
        for (const action of stepShard(state, next.event, clock.monotonicMs()))
          hands.carryOut(next.shard, action);
      }
    } finally {
      isWorking = false;
    }
    if (isWaitedFor()) arm(placerLimits.tickMsWaiting);
  };
  const happenEverywhere = (event: ShardEvent) => {
    for (const shard of shards.keys()) happen(shard, event);
  };
  const isWaitedFor = () =>
    shards.some(({ open, seat }) => {
      if (open.size > 0) return true;
      if (seat.at !== "placing") return false;
      const { placer } = seat;
      return placer.waiters.size > 0 || placer.held.size > 0 || isUnconfirmed(placer);
    });
  const arm = (inMs: number) => {
    const atMs = clock.monotonicMs() + inMs;
    if (!isStarted || atMs >= armedAtMs) return;
    disarm();
    armedAtMs = atMs;
    disarm = clock.after(inMs, () => {
      armedAtMs = Number.POSITIVE_INFINITY;
      hands.beat();
      happenEverywhere({ type: "tick" });
      arm(isWaitedFor() ? placerLimits.tickMsWaiting : placerLimits.tickMsIdle);
    });
  };

  return {
    shards,
    happen,
    happenIn: (namespace, event) => happen(shardOf(namespace, options.shards), event),
    happenEverywhere,
    start(signal) {
      isStarted = true;
      happenEverywhere({ type: "tick" });
      arm(placerLimits.tickMsIdle);
      signal.addEventListener("abort", () => {
        isStarted = false;
        disarm();
      });
    },
  };
}
