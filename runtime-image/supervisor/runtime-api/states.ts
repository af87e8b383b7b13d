/**
 * The Runtime API's state machine, as Lambda's own emulator has it (docs/lambda.md, Runtime API): pure, its table complete by type.
 * Calls of the runtime are `next`, `response`, `error`, `initError`, `restoreNext`, `restoreError`; ours are `deliver` (an
 * event is handed over), `received` (the response's body is complete), `cut` (it broke off) and `restored`.
 */

export const apiStates = [
  "Started",
  "InitError",
  "Ready",
  "Running",
  "InvocationResponse",
  "InvocationErrorResponse",
  "ResponseSent",
  "RestoreReady",
  "Restoring",
  "RestoreError",
] as const;
export const apiEvents = [
  "next",
  "response",
  "error",
  "initError",
  "restoreNext",
  "restoreError",
  "deliver",
  "received",
  "cut",
  "restored",
] as const;

export type ApiState = (typeof apiStates)[number];
export type ApiEvent = (typeof apiEvents)[number];

const no = "refused";

/** A state that takes nothing: each names what it does take. */
const closed: Record<ApiEvent, typeof no> = {
  next: no,
  response: no,
  error: no,
  initError: no,
  restoreNext: no,
  restoreError: no,
  deliver: no,
  received: no,
  cut: no,
  restored: no,
};

export const transitions: Record<ApiState, Record<ApiEvent, ApiState | typeof no>> = {
  Started: { ...closed, next: "Ready", initError: "InitError", restoreNext: "RestoreReady" },
  InitError: closed,
  Ready: { ...closed, next: "Ready", deliver: "Running" },
  // `next` while running renders the same event again.
  Running: {
    ...closed,
    next: "Running",
    response: "InvocationResponse",
    error: "InvocationErrorResponse",
  },
  // A response that broke off before anything of it was passed on may be sent again.
  InvocationResponse: { ...closed, received: "ResponseSent", cut: "Running" },
  InvocationErrorResponse: { ...closed, received: "ResponseSent", cut: "Running" },
  ResponseSent: { ...closed, next: "Ready" },
  // SnapStart's hooks: a runtime that asks for its restore goes on as if it had been restored from a snapshot.
  RestoreReady: { ...closed, restored: "Restoring" },
  Restoring: { ...closed, next: "Ready", restoreError: "RestoreError" },
  RestoreError: closed,
};

/** The names Lambda gives our events in its refusals: "State transition from X to Y failed". */
export const targets: Record<ApiEvent, ApiState> = {
  next: "Ready",
  response: "InvocationResponse",
  error: "InvocationErrorResponse",
  initError: "InitError",
  restoreNext: "RestoreReady",
  restoreError: "RestoreError",
  deliver: "Running",
  received: "ResponseSent",
  cut: "Running",
  restored: "Restoring",
};

export function transition(state: ApiState, event: ApiEvent): ApiState | typeof no {
  return transitions[state][event];
}
