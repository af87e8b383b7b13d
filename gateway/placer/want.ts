/** Admission: a want gets a permit (C1) and an environment, or waits in bounds, or is refused with its reason. */
import type { Decision } from "./event.ts";
import { accountOf, functionOf, hasProspect, revisionOf } from "./lookup.ts";
import { grantIdle } from "./serve.ts";
import type {
  AccountState,
  FunctionState,
  Permit,
  PlacerState,
  Refusal,
  RevisionState,
  Want,
} from "./state.ts";

export function admitWant(state: PlacerState, want: Want, nowMs: number, out: Decision[]): RevisionState {
  const revision = revisionOf(state, want.target);
  const fn = functionOf(state, want.target);
  const account = accountOf(state, want.target.namespace);
  const over = overCap(want, fn, account);
  if (over !== undefined) {
    out.push({ type: "refuse", wantId: want.id, refusal: over });
    return revision;
  }
  const idle = revision.waiting.size === 0 ? revision.idle.length > 0 : false;
  const crowded = idle ? undefined : overRoom(state, want, revision, account, nowMs);
  if (crowded !== undefined) {
    out.push({ type: "refuse", wantId: want.id, refusal: crowded });
    return revision;
  }
  const permit = takePermit(want, fn, account);
  if (idle) {
    grantIdle(state, revision, { want, permit, sinceMs: nowMs }, nowMs, out);
    return revision;
  }
  revision.waiting.set(want.id, { want, permit, sinceMs: nowMs });
  state.waiters.set(want.id, revision);
  state.waitingBytes += want.bytes;
  account.waitingBytes += want.bytes;
  return revision;
}

function overCap(want: Want, fn: FunctionState, account: AccountState): Refusal | undefined {
  const { reserved, unreserved } = want.caps;
  if (reserved !== undefined) {
    const reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
    return fn.inFlight < reserved ? undefined : { kind: "throttled", reason };
  }
  const reason = "ConcurrentInvocationLimitExceeded";
  return account.unreservedInFlight < unreserved ? undefined : { kind: "throttled", reason };
}

/** A request that would wait must fit, and must have something to wait for. */
function overRoom(
  { options, waitingBytes }: PlacerState,
  want: Want,
  revision: RevisionState,
  account: AccountState,
  nowMs: number,
): Refusal | undefined {
  const { failure } = revision;
  if (failure !== undefined && nowMs < failure.againAtMs && !hasProspect(revision))
    return { kind: "cannotStart", failure: failure.last };
  if (revision.waiting.size >= options.waitingMaxPerFunction) return { kind: "full", what: "requests" };
  const full =
    waitingBytes + want.bytes > options.waitingBytesMax ||
    account.waitingBytes + want.bytes > options.waitingBytesMaxPerNamespace;
  return full ? { kind: "full", what: "bytes" } : undefined;
}

function takePermit(want: Want, fn: FunctionState, account: AccountState): Permit {
  fn.inFlight++;
  const shared = want.caps.reserved === undefined ? account : undefined;
  if (shared !== undefined) shared.unreservedInFlight++;
  return { wantId: want.id, fn, account: shared, returned: false };
}
