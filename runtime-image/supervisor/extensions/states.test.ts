import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties.ts";
import {
  type ExtensionEvent,
  type ExtensionState,
  extensionEvents,
  extensionStates,
  transition,
} from "./states.ts";

/** What Lambda's emulator does, row by row; everything not named here is refused. */
const allowed: Record<ExtensionState, Partial<Record<ExtensionEvent, ExtensionState>>> = {
  Started: { register: "Registered", launchError: "LaunchError" },
  Registered: { next: "Ready", initError: "InitError", exitError: "ExitError" },
  Ready: { exitError: "ExitError", deliver: "Running" },
  Running: { next: "Ready", exitError: "ExitError" },
  InitError: { initError: "InitError" },
  ExitError: { exitError: "ExitError" },
  LaunchError: {},
};

test("every state answers every event as Lambda does", () => {
  for (const state of extensionStates) {
    for (const event of extensionEvents) {
      const expected = allowed[state][event] ?? "refused";
      expect([state, event, transition(state, event)]).toEqual([state, event, expected]);
    }
  }
});

/** Where a run of events leads; what is refused changes nothing. */
function walk(events: ExtensionEvent[]): ExtensionState[] {
  const states: ExtensionState[] = ["Started"];
  for (const event of events) {
    const to = transition(states.at(-1) as ExtensionState, event);
    if (to !== "refused") states.push(to);
  }
  return states;
}

const anyEvents = fc.array(fc.constantFrom(...extensionEvents), { maxLength: 40 });

test("an extension gets an event only after it asked for one, whatever it calls", () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const states = walk(events);
      states.forEach((state, index) => {
        if (state === "Running") expect(states[index - 1]).toBe("Ready");
      });
    }),
  );
});

test("an extension that failed never comes back, and none runs that has not registered", () => {
  const failed: ExtensionState[] = ["InitError", "ExitError", "LaunchError"];
  fc.assert(
    fc.property(anyEvents, (events) => {
      const states = walk(events);
      const failedAt = states.findIndex((state) => failed.includes(state));
      if (failedAt >= 0) expect(new Set(states.slice(failedAt)).size).toBe(1);
      if (states.includes("Ready")) expect(states.indexOf("Registered")).toBe(1);
    }),
  );
});
