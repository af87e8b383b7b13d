/**
 * An extension's state machine, as Lambda's own emulator has it (docs/lambda.md, Extensions API): pure, its table complete by type. Calls of the
 * extension are `register`, `next`, `initError`, `exitError`; ours are `deliver` (an event is handed over) and `launchError`.
 */

export const extensionStates = [
  "Started",
  "Registered",
  "Ready",
  "Running",
  "InitError",
  "ExitError",
  "LaunchError",
] as const;
export const extensionEvents = [
  "register",
  "next",
  "initError",
  "exitError",
  "deliver",
  "launchError",
] as const;

export type ExtensionState = (typeof extensionStates)[number];
export type ExtensionEvent = (typeof extensionEvents)[number];

const no = "refused";

type Row = Record<ExtensionEvent, ExtensionState | typeof no>;

const nothing: Row = {
  register: no,
  next: no,
  initError: no,
  exitError: no,
  deliver: no,
  launchError: no,
};

export const transitions: Record<ExtensionState, Row> = {
  Started: { ...nothing, register: "Registered", launchError: "LaunchError" },
  Registered: { ...nothing, next: "Ready", initError: "InitError", exitError: "ExitError" },
  Ready: { ...nothing, exitError: "ExitError", deliver: "Running" },
  Running: { ...nothing, next: "Ready", exitError: "ExitError" },
  // An error may be told again: nothing changes by it.
  InitError: { ...nothing, initError: "InitError" },
  ExitError: { ...nothing, exitError: "ExitError" },
  LaunchError: nothing,
};

/** The names Lambda gives a call's aim in its refusals: "State transition from X to Y failed". */
export const targets: Record<ExtensionEvent, string> = {
  register: "Registered",
  next: "Ready",
  initError: "InitError",
  exitError: "Exited",
  deliver: "Running",
  launchError: "LaunchError",
};

export function transition(state: ExtensionState, event: ExtensionEvent): ExtensionState | typeof no {
  return transitions[state][event];
}
