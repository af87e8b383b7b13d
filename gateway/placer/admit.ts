/** Lambda's limits (LAMBDA.md §5), each with its reason and when to try again: concurrency, its growth, and the rate of requests. */

import { placerLimits } from "./limits.ts";
import { grow, lookForToken, takeToken } from "./pace.ts";
import type { AccountState, FunctionState, PlacerState, Refusal, RevisionState, Want } from "./state.ts";

interface Counts {
  fn: FunctionState;
  account: AccountState;
}

export interface Capped {
  /** `unheard`: only what environments not heard of may be running is in the way. */
  kind: "permits" | "unheard";
  refusal: Refusal;
}

/** C1: what is in flight for certain, and what may be besides. Undefined when there is room for one more. */
export function decideCap(want: Want, fn: FunctionState, account: AccountState): Capped | undefined {
  const { reserved, unreserved } = want.caps;
  const isReserved = reserved !== undefined;
  const limit = reserved ?? unreserved;
  const inFlight = isReserved ? fn.inFlight : account.unreservedInFlight;
  const unheard = isReserved ? fn.unheard + account.unheardUnclaimed : account.unheard;
  if (inFlight + unheard < limit) return undefined;
  const reason = isReserved
    ? "ReservedFunctionConcurrentInvocationLimitExceeded"
    : "ConcurrentInvocationLimitExceeded";
  const refusal = { kind: "throttled", reason, retryMs: placerLimits.retryMsThrottled } as const;
  return { kind: inFlight < limit ? "unheard" : "permits", refusal };
}

/** Takes what one request costs of the rates; takes nothing when it is refused. */
export function takePace(
  state: PlacerState,
  want: Want,
  revision: RevisionState,
  { fn, account }: Counts,
  nowMs: number,
): Refusal | undefined {
  const { options } = state;
  const { reserved, unreserved } = want.caps;
  const perSecond = options.requestRatePerConcurrency * (reserved ?? unreserved);
  const rate = { capacity: perSecond, perSecond };
  const bucket = reserved === undefined ? account.rate : fn.rate;
  const lateMs = lookForToken(bucket, rate, nowMs);
  if (lateMs !== undefined) {
    const reason =
      reserved === undefined
        ? "FunctionInvocationRateLimitExceeded"
        : "ReservedFunctionInvocationRateLimitExceeded";
    return { kind: "throttled", reason, retryMs: lateMs };
  }
  const reason = "ConcurrentInvocationLimitExceeded";
  const growsMs = growMs(options, revision, { fn, account }, nowMs);
  if (growsMs !== undefined) return { kind: "throttled", reason, retryMs: growsMs };
  takeToken(bucket, rate, nowMs);
  return undefined;
}

/** The ramp: the namespace's concurrency, or where so chosen the starts of each function. */
function growMs(
  options: PlacerState["options"],
  revision: RevisionState,
  { fn, account }: Counts,
  nowMs: number,
): number | undefined {
  const { functionStartsPer10s, burstMax, burstPerMinute, idleMsMax } = options;
  if (functionStartsPer10s > 0) {
    if (revision.idle.length > 0) return undefined;
    return takeToken(
      fn.starts,
      { capacity: functionStartsPer10s, perSecond: functionStartsPer10s / 10 },
      nowMs,
    );
  }
  const pace = { capacity: burstMax, perSecond: burstPerMinute / 60, periodMs: idleMsMax };
  return grow(account.growth, pace, account.inFlight, nowMs);
}
