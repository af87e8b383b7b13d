import { expect, test } from "vitest";
import { readErrorType } from "../runtime-api/error-type.ts";
import { createFence } from "./fence.ts";
import { createMailbox } from "./mailbox.ts";
import { refusalOf } from "./refusal.ts";

test("the fence only rises", () => {
  const fence = createFence();
  expect([3, 3, 2, 4, 3].map(fence.admit)).toEqual([true, true, false, true, false]);
  expect(fence.highest()).toBe(4);
});

const free = { revision: "r", busy: false, leaving: undefined };

test.each([
  [free, "r", undefined],
  [{ ...free, busy: true }, "r", "Busy"],
  [free, "other", "WrongRevision"],
  [{ ...free, revision: undefined }, "r", "Unassigned"],
  [{ ...free, busy: true, leaving: "SIGTERM" }, "r", "Leaving"],
])("with %j an invocation of %s is refused as %s (C2)", (environment, revision, refusal) => {
  expect(refusalOf(environment, { revision })).toBe(refusal);
});

test("a mailbox gives every item once, in order, whoever is first", async () => {
  const mailbox = createMailbox<number>();
  mailbox.push(1);
  mailbox.push(2);
  expect([await mailbox.next(), await mailbox.next()]).toEqual([1, 2]);
  const waiting = mailbox.next();
  mailbox.push(3);
  expect(await waiting).toBe(3);
});

test.each([
  ["Runtime.NoSuchHandler", "Runtime.NoSuchHandler"],
  ["Function.MyError", "Function.MyError"],
  ["Function.", "Function.Unknown"],
  ["TypeError", "Runtime.Unknown"],
  [undefined, "Runtime.Unknown"],
])("the error type %j is known as %s", (header, known) => {
  expect(readErrorType(header)).toBe(known);
});
