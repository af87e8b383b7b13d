/**
 * The Runtime API's state machine, as Lambda's own emulator has it (API.md §3.1): pure, its table complete by type.
 * Calls of the runtime are `next`, `response`, `error`, `initError`; ours are `deliver` (an event is handed over) and
 * `received` (the response's body is complete) and `cut` (it broke off).
 */

export const apiStates = [
  "Started",
  "InitError",
  "Ready",
  "Running",
  "InvocationResponse",
  "InvocationErrorResponse",
  "ResponseSent",
] as const;
export const apiEvents = ["next", "response", "error", "initError", "deliver", "received", "cut"] as const;

export type ApiState = (typeof apiStates)[number];
export type ApiEvent = (typeof apiEvents)[number];

const no = "refused";

export const transitions: Record<ApiState, Record<ApiEvent, ApiState | typeof no>> = {
  Started: {
    next: "Ready",
    response: no,
    error: no,
    initError: "InitError",
    deliver: no,
    received: no,
    cut: no,
  },
  InitError: { next: no, response: no, error: no, initError: no, deliver: no, received: no, cut: no },
  Ready: {
    next: "Ready",
    response: no,
    error: no,
    initError: no,
    deliver: "Running",
    received: no,
    cut: no,
  },
  // `next` while running renders the same event again.
  Running: {
    next: "Running",
    response: "InvocationResponse",
    error: "InvocationErrorResponse",
    initError: no,
    deliver: no,
    received: no,
    cut: no,
  },
  // A response that broke off before anything of it was passed on may be sent again.
  InvocationResponse: {
    next: no,
    response: no,
    error: no,
    initError: no,
    deliver: no,
    received: "ResponseSent",
    cut: "Running",
  },
  InvocationErrorResponse: {
    next: no,
    response: no,
    error: no,
    initError: no,
    deliver: no,
    received: "ResponseSent",
    cut: "Running",
  },
  ResponseSent: {
    next: "Ready",
    response: no,
    error: no,
    initError: no,
    deliver: no,
    received: no,
    cut: no,
  },
};

/** The names Lambda gives our events in its refusals: "State transition from X to Y failed". */
export const targets: Record<ApiEvent, ApiState> = {
  next: "Ready",
  response: "InvocationResponse",
  error: "InvocationErrorResponse",
  initError: "InitError",
  deliver: "Running",
  received: "ResponseSent",
  cut: "Running",
};

export function transition(state: ApiState, event: ApiEvent): ApiState | typeof no {
  return transitions[state][event];
}
