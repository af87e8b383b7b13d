import { expect, test } from "vitest";
import { type Action, type Happening, type State, table } from "./session.ts";

const messages: Happening[] = [
  "initialized",
  "begin",
  "responseHead",
  "responseChunk",
  "responseEnd",
  "end",
  "leaving",
  "pong",
  "standing",
  "released",
  "recalled",
];

/** The whole table in the reader's words: state → happening → what is done and where it leads. */
const expected: Record<State, Record<string, [Action, State]>> = {
  challenged: {
    hello: ["verify", "verifying"],
    admitted: ["cut", "closed"],
    refused: ["cut", "closed"],
    late: ["cut", "closed"],
    disconnected: ["forget", "closed"],
    broken: ["cut", "closed"],
    message: ["cut", "closed"],
  },
  verifying: {
    hello: ["cut", "closed"],
    admitted: ["welcome", "open"],
    refused: ["turnAway", "closed"],
    late: ["cut", "closed"],
    disconnected: ["forget", "closed"],
    broken: ["cut", "closed"],
    message: ["cut", "closed"],
  },
  open: {
    hello: ["cut", "closed"],
    admitted: ["cut", "closed"],
    refused: ["cut", "closed"],
    late: ["nothing", "open"],
    disconnected: ["forget", "closed"],
    broken: ["cut", "closed"],
    message: ["deliver", "open"],
  },
  closed: {
    hello: ["nothing", "closed"],
    admitted: ["nothing", "closed"],
    refused: ["nothing", "closed"],
    late: ["nothing", "closed"],
    disconnected: ["nothing", "closed"],
    broken: ["nothing", "closed"],
    message: ["nothing", "closed"],
  },
};

test.each(Object.keys(expected) as State[])("a link that is %s knows what everything means", (state) => {
  for (const [happening, { action, state: next }] of Object.entries(table[state])) {
    const row = messages.includes(happening as Happening) ? "message" : happening;
    expect([happening, action, next]).toEqual([happening, ...(expected[state][row] ?? [])]);
  }
});

test("nothing reaches the rest of the gateway before the welcome", () => {
  for (const state of ["challenged", "verifying", "closed"] as const)
    for (const { action } of Object.values(table[state])) expect(action).not.toBe("deliver");
});
