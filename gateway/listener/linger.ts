/**
 * The last while of a listener. Callers that have not yet heard of its leaving (kept connections, a Service's rules still
 * being rewritten) are answered, each answer the last of its connection, until nobody has asked for a moment. Cut at once,
 * requests on their way would be lost.
 */
import type { Clock } from "../../kernel/clock/clock.ts";
import { listenerLimits } from "./limits.ts";

export interface Busy {
  /** Requests taken so far. */
  taken(): number;
  /** Requests being answered. */
  pending(): number;
}

/** Resolves when it may stop listening; requests may still be pending when callers never ceased to come. */
export async function linger(clock: Clock, { taken, pending }: Busy): Promise<void> {
  const until = clock.monotonicMs() + listenerLimits.lingerMsMax;
  let before = -1;
  while ((taken() !== before || pending() > 0) && clock.monotonicMs() < until) {
    before = taken();
    await clock.sleep(listenerLimits.lingerMs);
  }
}
