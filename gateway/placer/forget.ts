/** Records that say nothing any more: of functions and namespaces that came and went, a placer that runs for months keeps none. */
import { placerLimits } from "./limits.ts";
import type { PlacerOptions } from "./options.ts";
import type { AccountState, FunctionState, PlacerState, RevisionState } from "./state.ts";

export function forgetSpent(state: PlacerState, nowMs: number): void {
  for (const [key, revision] of state.revisions) if (isOver(revision)) state.revisions.delete(key);
  for (const [key, fn] of state.functions) if (isSpent(fn, state.options, nowMs)) state.functions.delete(key);
  const afterMs = accountFullMs(state.options);
  for (const [key, account] of state.accounts)
    if (isUnused(account, nowMs - afterMs)) state.accounts.delete(key);
}

function isOver(revision: RevisionState): boolean {
  return (
    revision.retired &&
    revision.environments.size === 0 &&
    revision.creating.size === 0 &&
    revision.waiting.size === 0
  );
}

/** Nothing in flight, and its rates have filled up again: a new record would say the same. */
function isSpent(fn: FunctionState, { idleMsMax }: PlacerOptions, nowMs: number): boolean {
  const { rate, growth } = fn;
  const lastMs = Math.max(rate.atMs, growth.bucket.atMs, growth.sinceMs);
  // What it may use again without a token it may for as long as its environments are there.
  const keptMs =
    growth.high > 0 ? Math.max(placerLimits.ratesFullMs, 2 * idleMsMax) : placerLimits.ratesFullMs;
  return fn.inFlight === 0 && fn.unheard === 0 && fn.held === 0 && nowMs - lastMs > keptMs;
}

function isUnused(account: AccountState, beforeMs: number): boolean {
  const { inFlight, unheard, held, waitingBytes, starting, hanging, rate, growth, room } = account;
  if (inFlight + unheard + held.size + waitingBytes + starting + hanging > 0) return false;
  return Math.max(rate.atMs, growth.sinceMs, growth.bucket.atMs, room?.againAtMs ?? 0) < beforeMs;
}

/** By then what it may grow by has gathered again, and what was lately in use has been forgotten. */
function accountFullMs({ burstMax, burstPerMinute, idleMsMax }: PlacerOptions): number {
  const filledMs = (burstMax / burstPerMinute) * 60_000;
  return Math.max(placerLimits.ratesFullMs, filledMs, 2 * idleMsMax);
}
