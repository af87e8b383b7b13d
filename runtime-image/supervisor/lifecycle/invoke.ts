/** INVOKE: hands one event over and follows it until the runtime and its extensions are free again, or gone. */
import type { LinkError } from "../../../crds/link/messages.ts";
import type { Clock } from "../clock/clock.ts";
import type { ExtensionNotice } from "../extensions/event.ts";
import type { Answer, Delivery, ResponseSink } from "../runtime-api/invocation.ts";
import { bodyOf, failed, timedOut } from "./answers.ts";
import type { Generation } from "./generation.ts";
import { awaitInit, type InitListener, type InitOutcome } from "./init.ts";

/** `reset`: the runtime must be ended before anything else runs here. `errorType` is what the report names. */
export interface InvokeOutcome {
  status: "success" | "error" | "timeout";
  reset: boolean;
  errorType?: string;
  /** X-Ray's cause of the error, as the runtime told it. */
  errorCause?: string;
}

export interface InvokeRequest {
  requestId: string;
  timeoutMs: number;
  response: ResponseSink;
  /** Built at the last moment, since it carries the deadline. */
  delivery(): Delivery;
  notice(): ExtensionNotice;
  /** The runtime is free again; extensions may not be. */
  runtimeDone(): void;
  /** INIT has to be run within this invocation ("suppressed init"). */
  suppressedInit?: InitListener & { over(outcome: InitOutcome): void };
}

/** The deadline counts from here, a suppressed init included. */
export async function invoke(
  clock: Clock,
  generation: Generation,
  request: InvokeRequest,
): Promise<InvokeOutcome> {
  const cancelTimeout = clock.after(request.timeoutMs, () => generation.events.push({ kind: "timeout" }));
  const cancelWatch = generation.watch();
  try {
    const { suppressedInit } = request;
    if (suppressedInit !== undefined) {
      const outcome = await awaitInit(generation, suppressedInit);
      suppressedInit.over(outcome);
      if (outcome.status !== "success") return answerInit(request, outcome);
    }
    generation.extensions.notify(request.notice());
    generation.session.deliver(request.delivery());
    return await follow(generation, request);
  } finally {
    cancelTimeout();
    cancelWatch();
  }
}

async function follow(generation: Generation, request: InvokeRequest): Promise<InvokeOutcome> {
  let answered: InvokeOutcome | undefined;
  let isReady = false;
  for (;;) {
    if (answered !== undefined && isReady && generation.extensions.isIdle()) return answered;
    const event = await generation.events.next();
    switch (event.kind) {
      case "answered":
        answered = outcomeOf(event.answer);
        break;
      case "ready":
        isReady = answered !== undefined;
        if (isReady) request.runtimeDone();
        break;
      case "extensionsIdle":
        break;
      case "timeout":
        if (answered === undefined) fail(request, timedOut(request.requestId, request.timeoutMs));
        return { status: "timeout", reset: true };
      case "exceeded":
        return broken(request, answered, event.excess.errorType, event.excess.message);
      case "failed":
        return broken(request, answered, event.errorType, event.message);
      case "initFailed":
      case "restored":
        // Refused by the session after INIT.
        break;
    }
  }
}

function outcomeOf(answer: Answer): InvokeOutcome {
  switch (answer.kind) {
    case "response":
      return { status: "success", reset: false };
    case "error": {
      const errorCause = answer.cause === undefined ? {} : { errorCause: answer.cause };
      return { status: "error", reset: false, ...errorCause };
    }
    case "broken":
      return { status: "error", reset: true };
  }
}

/** The caller who already has its answer keeps it; the environment is reset all the same. */
function broken(
  request: InvokeRequest,
  answered: InvokeOutcome | undefined,
  errorType: string,
  message: string,
): InvokeOutcome {
  if (answered !== undefined) return { ...answered, reset: true };
  fail(request, failed(request.requestId, errorType, message));
  return { status: "error", reset: true, errorType };
}

function answerInit(
  request: InvokeRequest,
  outcome: Exclude<InitOutcome, { status: "success" }>,
): InvokeOutcome {
  if (outcome.status === "timeout") {
    fail(request, timedOut(request.requestId, request.timeoutMs));
    return { status: "timeout", reset: true };
  }
  const { errorType, message, body } = outcome;
  fail(request, failed(request.requestId, errorType, message), body);
  return { status: "error", reset: true, errorType };
}

function fail({ response }: InvokeRequest, error: LinkError, body = bodyOf(error)): void {
  response.fail(error, body);
}
