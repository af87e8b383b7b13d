import { expect, test } from "vitest";
import { type ApiEvent, type ApiState, apiEvents, apiStates, transition } from "./states.ts";

/** What Lambda's emulator does, row by row; everything not named here is refused. */
const allowed: Record<ApiState, Partial<Record<ApiEvent, ApiState>>> = {
  Started: { next: "Ready", initError: "InitError" },
  InitError: {},
  Ready: { next: "Ready", deliver: "Running" },
  Running: { next: "Running", response: "InvocationResponse", error: "InvocationErrorResponse" },
  InvocationResponse: { received: "ResponseSent", cut: "Running" },
  InvocationErrorResponse: { received: "ResponseSent", cut: "Running" },
  ResponseSent: { next: "Ready" },
};

test("every state answers every event as Lambda does", () => {
  for (const state of apiStates) {
    for (const event of apiEvents) {
      expect([state, event, transition(state, event)]).toEqual([
        state,
        event,
        allowed[state][event] ?? "refused",
      ]);
    }
  }
});

test("an event is handed over only to a runtime that asked for it, and once (C2)", () => {
  const from = apiStates.filter((state) => transition(state, "deliver") !== "refused");
  expect(from).toEqual(["Ready"]);
});
