/** Requests from their arrival to their answer: each is answered once, wherever it was placed and however often. */
import { LambdaError } from "../../crds/errors.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { Callable } from "../catalog/callable.ts";
import { errorOfRefusal } from "../invoke/refusal.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import type { Refusal } from "../placer/state.ts";
import type { ShardEvent } from "../shard/event.ts";
import { fleetLimits } from "./limits.ts";

/** A request that has no environment now. */
export interface Wanted {
  request: InvokeRequest;
  answer(outcome: InvokeOutcome): void;
  placements: number;
  /** When it came; monotonic. */
  sinceMs: number;
  stopListening: (() => void) | undefined;
  /** Its limit was reached when it asked, and it has asked again. */
  hasAskedAgain: boolean;
  /** It was granted an environment once, and has taken its token of the rate. */
  isPaced: boolean;
  /** What it waits before it asks again for an environment with a link to this gateway. */
  pauseMs: number;
}

export interface Requests {
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
  /** Takes it out of the line: from here on somebody else answers. */
  take(wantId: string): Wanted | undefined;
  /** Looks whether those that wait still have a caller; called often while any wait. */
  beat(): void;
  /** Nothing of it has run: another environment may take it. */
  again(wanted: Wanted): void;
  /** Its environment has no link to this gateway (yet). */
  later(wanted: Wanted): void;
  /** The placer will not have it. */
  refused(wanted: Wanted, refusal: Refusal): void;
  /** Resolves when every request has its answer. */
  quiet(): Promise<void>;
}

export function createRequests(
  { clock }: ClockDep,
  options: { waitMsMax: number },
  happen: (namespace: string, event: ShardEvent) => void,
  told: (callable: Callable, refusal: Refusal) => void,
): Requests {
  const waiting = new Map<string, Wanted>();
  const quietWaiters: (() => void)[] = [];
  /** Those that wait since the last beat: most have an environment before the next. */
  let unheard: Wanted[] = [];
  let unanswered = 0;
  /** Those over a limit that are about to ask once more, and what they hold in memory. */
  const pausing = { requests: 0, bytes: 0 };

  const want = (one: Wanted) => {
    const { request } = one;
    waiting.set(request.requestId, one);
    const { requestId: id, draw } = request;
    const { target, caps } = request.callable;
    const bytes = request.payload.length;
    const plain = { id, target, caps, bytes, ...(one.isPaced ? { paced: true } : {}) };
    happen(target.namespace, { type: "want", want: draw === undefined ? plain : { ...plain, draw } });
    if (waiting.get(id) === one) unheard.push(one);
  };
  const take = (wantId: string) => {
    const one = waiting.get(wantId);
    waiting.delete(wantId);
    one?.stopListening?.();
    return one;
  };
  const answered = () => {
    unanswered--;
    if (unanswered === 0) for (const resolve of quietWaiters.splice(0)) resolve();
  };
  /** Only a request that waits for some time asks whether its caller is still there: asking costs as much as placing it. */
  const listen = (one: Wanted) => {
    const { requestId, signal } = one.request;
    if (signal === undefined) return;
    const abandon = () => {
      if (take(requestId) === undefined) return;
      happen(one.request.callable.namespace, { type: "cancel", wantId: requestId });
      one.answer({ kind: "abandoned" });
    };
    signal.addEventListener("abort", abandon, { once: true });
    one.stopListening = () => signal.removeEventListener("abort", abandon);
    if (signal.aborted) abandon();
  };

  return {
    take,
    beat() {
      const asked = unheard;
      unheard = [];
      for (const one of asked) if (waiting.get(one.request.requestId) === one) listen(one);
    },
    invoke: (request) =>
      new Promise((resolve) => {
        unanswered++;
        const answer = (outcome: InvokeOutcome) => {
          resolve(outcome);
          answered();
        };
        const sinceMs = clock.monotonicMs();
        const one: Wanted = {
          request,
          answer,
          placements: 1,
          sinceMs,
          stopListening: undefined,
          hasAskedAgain: false,
          isPaced: false,
          pauseMs: fleetLimits.unlinkedAgainMs,
        };
        want(one);
      }),
    again(one) {
      const { placements } = one;
      if (placements < fleetLimits.placementsMax) {
        want({ ...one, placements: placements + 1, stopListening: undefined, isPaced: true });
        return;
      }
      const message = `The invocation was not started by ${placements} environments in turn.`;
      one.answer({ kind: "refused", error: new LambdaError("ServiceException", message) });
    },
    later(one) {
      const waitedMs = clock.monotonicMs() - one.sinceMs;
      if (waitedMs < options.waitMsMax) {
        const pauseMs = Math.min(2 * one.pauseMs, fleetLimits.unlinkedAgainMsMax);
        clock.after(one.pauseMs, () => want({ ...one, stopListening: undefined, isPaced: true, pauseMs }));
        return;
      }
      one.answer({ kind: "refused", error: errorOfRefusal({ kind: "waited", waitedMs }) });
    },
    refused(one, refusal) {
      const bytes = one.request.payload.length;
      const { overLimitAgainMs, overLimitMax, overLimitBytesMax } = fleetLimits;
      const hasRoom = pausing.requests < overLimitMax && pausing.bytes + bytes <= overLimitBytesMax;
      if (isOverLimit(refusal) && !one.hasAskedAgain && hasRoom) {
        pausing.requests++;
        pausing.bytes += bytes;
        clock.after(overLimitAgainMs, () => {
          pausing.requests--;
          pausing.bytes -= bytes;
          want({ ...one, stopListening: undefined, hasAskedAgain: true });
        });
        return;
      }
      told(one.request.callable, refusal);
      one.answer({ kind: "refused", error: errorOfRefusal(refusal) });
    },
    quiet: () =>
      new Promise((resolve) => {
        if (unanswered === 0) resolve();
        else quietWaiters.push(resolve);
      }),
  };
}

/**
 * A caller has its answer a moment before its permit is back, since that waits for the environment to be free again. Whoever calls
 * again at once, as often at a time as is allowed and never more, must not be turned away for it. A request that the placer has held was
 * looked at all the while.
 */
function isOverLimit(refusal: Refusal): boolean {
  if (refusal.kind !== "throttled" || refusal.wasHeld === true) return false;
  const { reason } = refusal;
  return (
    reason === "ReservedFunctionConcurrentInvocationLimitExceeded" ||
    reason === "ConcurrentInvocationLimitExceeded"
  );
}
