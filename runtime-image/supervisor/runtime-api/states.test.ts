import { expect, test } from "vitest";
import { type ApiEvent, type ApiState, apiEvents, apiStates, transition } from "./states.ts";

const no = "refused";
type Expected = Record<ApiState, Record<ApiEvent, ApiState | typeof no>>;

/** Columns in this order, so that a row fits on a line. */
function row(
  next: ApiState | typeof no,
  response: ApiState | typeof no,
  error: ApiState | typeof no,
  initError: ApiState | typeof no,
  restoreNext: ApiState | typeof no,
  restoreError: ApiState | typeof no,
  ours: Partial<Record<"deliver" | "received" | "cut" | "restored", ApiState>>,
): Expected[ApiState] {
  const refused = { deliver: no, received: no, cut: no, restored: no } as const;
  return { next, response, error, initError, restoreNext, restoreError, ...refused, ...ours };
}

/** What Lambda's emulator does, written down apart from the code; a state or event without its cell does not compile. */
const expected: Expected = {
  Started: row("Ready", no, no, "InitError", "RestoreReady", no, {}),
  InitError: row(no, no, no, no, no, no, {}),
  Ready: row("Ready", no, no, no, no, no, { deliver: "Running" }),
  Running: row("Running", "InvocationResponse", "InvocationErrorResponse", no, no, no, {}),
  InvocationResponse: row(no, no, no, no, no, no, { received: "ResponseSent", cut: "Running" }),
  InvocationErrorResponse: row(no, no, no, no, no, no, { received: "ResponseSent", cut: "Running" }),
  ResponseSent: row("Ready", no, no, no, no, no, {}),
  RestoreReady: row(no, no, no, no, no, no, { restored: "Restoring" }),
  Restoring: row("Ready", no, no, no, no, "RestoreError", {}),
  RestoreError: row(no, no, no, no, no, no, {}),
};

test("every state answers every event as Lambda does", () => {
  for (const state of apiStates) {
    for (const event of apiEvents) {
      expect([state, event, transition(state, event)]).toEqual([state, event, expected[state][event]]);
    }
  }
});

test("an event is handed over only to a runtime that asked for it, and once (C2)", () => {
  const from = apiStates.filter((state) => transition(state, "deliver") !== "refused");
  expect(from).toEqual(["Ready"]);
});
