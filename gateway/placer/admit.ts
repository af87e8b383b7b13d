/** Lambda's limits (docs/lambda.md, limits), each with its reason and when to try again: concurrency, its growth, and the rate of requests. */

import { placerLimits } from "./limits.ts";
import { grow, lookForToken, takeToken } from "./pace.ts";
import type { AccountState, FunctionState, PlacerState, Refusal, RevisionState, Want } from "./state.ts";

export interface Counts {
  fn: FunctionState;
  account: AccountState;
}

type Throttled = Extract<Refusal, { kind: "throttled" }>;

export interface Capped {
  /** `unheard`: only what environments not heard of may be running is in the way. */
  kind: "permits" | "unheard";
  refusal: Throttled;
}

/**
 * C1: what is in flight for certain, and what may be besides. Undefined when there is room for one more: in its function's
 * reservation or in what is left unreserved, past what is set aside there for provisioned environments unless it draws on them,
 * and in the account.
 */
export function decideCap(want: Want, revision: RevisionState, { fn, account }: Counts): Capped | undefined {
  const { reserved, unreserved, account: all, setAside } = want.caps;
  const onDemand = !drawsOnProvisioned(want, revision);
  if (reserved === undefined) {
    const { unreservedInFlight, unreservedProvisionedInFlight, unheard } = account;
    const reason = "ConcurrentInvocationLimitExceeded";
    const past = onDemand
      ? over(unreservedInFlight - unreservedProvisionedInFlight, unheard, unreserved - setAside, reason)
      : undefined;
    return (
      past ??
      over(unreservedInFlight, unheard, unreserved, reason) ??
      over(account.inFlight, unheard, all, reason)
    );
  }
  const { inFlight, provisionedInFlight } = fn;
  const unheard = fn.unheard + account.unheardUnclaimed;
  const reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
  const past = onDemand
    ? over(inFlight - provisionedInFlight, unheard, reserved - setAside, reason)
    : undefined;
  return (
    past ??
    over(inFlight, unheard, reserved, reason) ??
    // Reservations are within the account; one that was changed a moment ago may find more of others running still.
    over(account.inFlight, account.unheard, all, "ConcurrentInvocationLimitExceeded")
  );
}

/** One of as many invocations as the revision has provisioned environments. */
export function drawsOnProvisioned({ caps }: Want, revision: RevisionState): boolean {
  return revision.provisionedInFlight < caps.provisioned;
}

function over(
  inFlight: number,
  unheard: number,
  limit: number,
  reason: Throttled["reason"],
): Capped | undefined {
  if (inFlight + unheard < limit) return undefined;
  const refusal = { kind: "throttled", reason, retryMs: placerLimits.retryMsThrottled } as const;
  return { kind: inFlight < limit ? "unheard" : "permits", refusal };
}

/** Takes what one request costs of the rates; takes nothing when it is refused. */
export function takePace(
  state: PlacerState,
  want: Want,
  revision: RevisionState,
  counts: Counts,
  nowMs: number,
): Refusal | undefined {
  const late = lookForRate(state, want, counts, nowMs);
  if (late !== undefined) return late;
  const growsMs = drawsOnProvisioned(want, revision)
    ? undefined
    : growMs(state.options, revision, counts, nowMs);
  if (growsMs !== undefined)
    return { kind: "throttled", reason: "ConcurrentInvocationLimitExceeded", retryMs: growsMs };
  const { bucket, pace } = rateOf(state, want, counts);
  if (want.paced !== true) takeToken(bucket, pace, nowMs);
  return undefined;
}

/** Whether it comes too soon after others; takes nothing. */
export function lookForRate(
  state: PlacerState,
  want: Want,
  counts: Counts,
  nowMs: number,
): Refusal | undefined {
  const { bucket, pace, reason } = rateOf(state, want, counts);
  const lateMs = want.paced === true ? undefined : lookForToken(bucket, pace, nowMs);
  return lateMs === undefined ? undefined : { kind: "throttled", reason, retryMs: lateMs };
}

function rateOf({ options }: PlacerState, { caps }: Want, { fn, account }: Counts) {
  const { reserved, unreserved } = caps;
  const perSecond = options.requestRatePerConcurrency * (reserved ?? unreserved);
  const pace = { capacity: perSecond, perSecond };
  return reserved === undefined
    ? ({ bucket: account.rate, pace, reason: "FunctionInvocationRateLimitExceeded" } as const)
    : ({ bucket: fn.rate, pace, reason: "ReservedFunctionInvocationRateLimitExceeded" } as const);
}

/**
 * The ramp: the concurrency beyond what is provisioned of the namespace, or where so chosen of each function. Waiting for what is
 * there costs nothing: only to use more at once than lately does, for only that starts an environment.
 */
function growMs(
  options: PlacerState["options"],
  revision: RevisionState,
  { fn, account }: Counts,
  nowMs: number,
): number | undefined {
  const { functionStartsPer10s, burstMax, burstPerMinute, idleMsMax } = options;
  if (functionStartsPer10s > 0) {
    if (revision.idle.length > 0) return undefined;
    const perSecond = functionStartsPer10s / 10;
    const pace = { capacity: functionStartsPer10s, perSecond, periodMs: idleMsMax };
    return grow(fn.growth, pace, fn.inFlight - fn.provisionedInFlight, nowMs);
  }
  const pace = { capacity: burstMax, perSecond: burstPerMinute / 60, periodMs: idleMsMax };
  return grow(account.growth, pace, account.inFlight - account.provisionedInFlight, nowMs);
}
