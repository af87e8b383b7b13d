/** Tables of behaviours: what a function does, what its caller gets, and that the environment lives on. */
import { expect } from "bun:test";
import { claim } from "./claim.ts";
import { type EnvironmentOptions, startEnvironment } from "./environment.ts";

/** Stands for a list whatever it holds: a stack trace's lines differ from machine to machine. */
export const anyList = "<list>";

/** What most handlers answer when asked again. */
export const ok = { ok: true };

/** How an invocation ends whose function failed. */
export const unhandled = { functionError: "Unhandled", status: "error" } as const;

export interface Behaviour extends EnvironmentOptions {
  /** Reads as a claim. */
  title: string;
  event?: unknown;
  /** The body as JSON. `<id>` in a string stands for the request's id; a RegExp matches a string. */
  answer?: unknown;
  functionError?: "Unhandled";
  /** How the invocation ended; success unless said otherwise. */
  status?: "success" | "error" | "timeout";
  /** What the log of the request must hold. */
  log?: RegExp;
  /** What the same environment answers to `{ "again": true }`. */
  afterwards?: unknown;
}

/** Runs each behaviour in an environment of its own: the invocation, its answer, its end, the next invocation. */
export function behaviours(about: string, table: Behaviour[]): void {
  for (const behaviour of table) {
    claim(`${about}: ${behaviour.title}`, () => check(behaviour));
  }
}

async function check(behaviour: Behaviour): Promise<void> {
  await using environment = await startEnvironment(behaviour);
  const result = await environment.invoke(behaviour.event ?? {});
  const seen = {
    text: result.text,
    log: environment.supervisor.log(),
    notes: environment.supervisor.notes(),
  };
  const expected = {
    functionError: behaviour.functionError,
    status: behaviour.status ?? "success",
    ...("answer" in behaviour ? { json: fill(behaviour.answer, result.requestId) } : {}),
    ...(behaviour.log === undefined ? {} : { logTail: expect.stringMatching(behaviour.log) }),
  };
  const actual = {
    functionError: result.head?.functionError,
    status: result.end.status,
    json: result.json,
    logTail: result.logTail,
    ...seen,
  };
  expect(actual as object).toMatchObject(expected);
  if (behaviour.afterwards === undefined) return;
  const next = await environment.invoke({ again: true }, { timeoutMs: 10_000 });
  expect(next.json).toEqual(fill(behaviour.afterwards, next.requestId));
}

/** The expected value with the request's id in its place and patterns as matchers. */
function fill(value: unknown, requestId: string): unknown {
  if (value === anyList) return expect.any(Array);
  if (typeof value === "string") return value.replaceAll("<id>", requestId);
  if (value instanceof RegExp) return expect.stringMatching(value);
  if (Array.isArray(value)) return value.map((one) => fill(one, requestId));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, requestId)]));
}
