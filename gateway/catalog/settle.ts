/**
 * Whoever saw a function become Active may call it at once, though the watch that tells us is some milliseconds behind: a
 * function that seems Pending is looked at again for a moment before the caller is told so.
 */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { Resolution } from "./resolution.ts";

/** A watch that lags by more than this is a slow cluster's, and 409 the honest answer. */
const settleMsMax = 1_000;
const lookAgainMs = 20;

/** Found functions pass without a wait. */
export async function settle<T extends Resolution | undefined>(
  { clock }: ClockDep,
  look: () => T,
): Promise<T> {
  const deadlineMs = clock.monotonicMs() + settleMsMax;
  for (;;) {
    const found = look();
    const pending = found?.kind === "notReady" && found.state === "Pending";
    if (!pending || clock.monotonicMs() >= deadlineMs) return found;
    await clock.sleep(lookAgainMs);
  }
}
