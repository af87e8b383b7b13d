/**
 * The Runtime API as one generation of the runtime process sees it, from its start to its end: the state machine, the
 * event in flight, the calls that wait for the next one. A new process gets a new session; calls never outlive theirs.
 */
import { apiWaitersMax } from "../limits.ts";
import { type BodySink, type Exchange, ignored } from "./http/connection.ts";
import type { Answer, Delivery, InitFailure } from "./invocation.ts";
import { receiveError, receiveInitError } from "./receive-error.ts";
import { receiveResponse } from "./receive-response.ts";
import { accepted, invalidRequestId, refusedTransition, restored, tooManyWait } from "./replies.ts";
import { type ApiEvent, type ApiState, targets, transition } from "./states.ts";

export interface SessionEvents {
  /** The runtime asked for the next event: INIT is over, or the last invocation is. */
  ready(): void;
  /** The runtime asked to be restored, and is. */
  restored(): void;
  initFailed(failure: InitFailure): void;
  answered(answer: Answer): void;
}

export interface Session {
  next(exchange: Exchange): BodySink;
  response(exchange: Exchange, requestId: string): BodySink;
  error(exchange: Exchange, requestId: string): BodySink;
  initError(exchange: Exchange): BodySink;
  restoreNext(exchange: Exchange): BodySink;
  restoreError(exchange: Exchange): BodySink;
  deliver(delivery: Delivery): void;
  state(): ApiState;
}

export function createSession(events: SessionEvents): Session {
  let state: ApiState = "Started";
  let delivery: Delivery | undefined;
  let waiters: Exchange[] = [];

  /** Moves on, or answers the call with Lambda's refusal. */
  function enter(event: ApiEvent, exchange?: Exchange): boolean {
    const to = transition(state, event);
    if (to === "refused") {
      exchange?.reply(refusedTransition(state, targets[event]));
      return false;
    }
    state = to;
    return true;
  }

  function render(exchange: Exchange, current: Delivery): void {
    exchange.reply({ status: 200, headers: current.headers, body: current.payload });
  }

  /** A response or error is for the invocation in flight, or refused before its state is looked at. */
  function begin(event: "response" | "error", exchange: Exchange, requestId: string): Delivery | undefined {
    if (delivery === undefined || requestId !== delivery.requestId) {
      exchange.reply(invalidRequestId);
      return undefined;
    }
    return enter(event, exchange) ? delivery : undefined;
  }

  function complete(answer: Answer): void {
    enter("received");
    events.answered(answer);
  }

  function failInit(event: "initError" | "restoreError", exchange: Exchange): BodySink {
    if (!enter(event, exchange)) return ignored;
    return receiveInitError(exchange, (failure) => {
      exchange.reply(accepted);
      events.initFailed(failure);
    });
  }

  const retry = () => {
    enter("cut");
  };

  return {
    state: () => state,
    next(exchange) {
      const before = state;
      if (!enter("next", exchange)) return ignored;
      if (state === "Running" && delivery !== undefined) {
        render(exchange, delivery);
        return ignored;
      }
      waiters = waiters.filter((waiter) => !waiter.closed());
      if (waiters.length >= apiWaitersMax) exchange.reply(tooManyWait);
      else waiters.push(exchange);
      if (before !== "Ready") {
        delivery = undefined;
        events.ready();
      }
      return ignored;
    },
    response(exchange, requestId) {
      const current = begin("response", exchange, requestId);
      return current === undefined ? ignored : receiveResponse(exchange, current.response, complete, retry);
    },
    error(exchange, requestId) {
      const current = begin("error", exchange, requestId);
      return current === undefined ? ignored : receiveError(exchange, current.response, complete, retry);
    },
    initError: (exchange) => failInit("initError", exchange),
    // A hook that failed after a restore is a failed INIT: no event may be handed over.
    restoreError: (exchange) => failInit("restoreError", exchange),
    restoreNext(exchange) {
      if (!enter("restoreNext", exchange)) return ignored;
      // No snapshot is taken here, so the restore follows at once: hooks before and after it run, within INIT.
      enter("restored");
      events.restored();
      exchange.reply(restored);
      return ignored;
    },
    deliver(next) {
      if (!enter("deliver")) throw new Error(`C2: an event was to be handed over in state ${state}`);
      delivery = next;
      const ready = waiters;
      waiters = [];
      for (const waiter of ready) render(waiter, next);
    },
  };
}
