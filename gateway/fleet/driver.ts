/** Feeds the placer: one event at a time, in order, and the passing of time; what it decides is carried out in order too. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { Decision, PlacerEvent } from "../placer/event.ts";
import { placerLimits } from "../placer/limits.ts";
import { createPlacerState, type PlacerOptions, type PlacerState } from "../placer/state.ts";
import { step } from "../placer/step.ts";

export interface Driver {
  readonly state: PlacerState;
  /** What a decision causes is looked at after the other decisions of its step. */
  happen(event: PlacerEvent): void;
  /** Lets time pass until the signal fires. */
  start(signal: AbortSignal): void;
}

export interface DriverHands {
  carryOut(decision: Decision): void;
  /** Called about every second, and more often while requests wait. */
  beat(): void;
}

export function createDriver({ clock }: ClockDep, options: PlacerOptions, hands: DriverHands): Driver {
  const state = createPlacerState(options);
  const events: PlacerEvent[] = [];
  let isWorking = false;
  let isStarted = false;
  let armedAtMs = Number.POSITIVE_INFINITY;
  let disarm = () => {};

  const happen = (event: PlacerEvent) => {
    events.push(event);
    if (isWorking) return;
    isWorking = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift())
        for (const decision of step(state, next, clock.monotonicMs())) hands.carryOut(decision);
    } finally {
      isWorking = false;
    }
    if (state.waiters.size > 0) arm(placerLimits.tickMsWaiting);
  };
  const arm = (inMs: number) => {
    const atMs = clock.monotonicMs() + inMs;
    if (!isStarted || atMs >= armedAtMs) return;
    disarm();
    armedAtMs = atMs;
    disarm = clock.after(inMs, () => {
      armedAtMs = Number.POSITIVE_INFINITY;
      hands.beat();
      happen({ type: "tick" });
      arm(state.waiters.size > 0 ? placerLimits.tickMsWaiting : placerLimits.tickMsIdle);
    });
  };

  return {
    state,
    happen,
    start(signal) {
      isStarted = true;
      arm(placerLimits.tickMsIdle);
      signal.addEventListener("abort", () => {
        isStarted = false;
        disarm();
      });
    },
  };
}
