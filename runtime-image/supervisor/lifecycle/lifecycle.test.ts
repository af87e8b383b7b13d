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

test.each([
  [
    ["1.4", "1.4"],
    ["start", "again"],
  ],
  [
    ["1.4", "1.3"],
    ["start", "revoked"],
  ],
  [
    ["1.4", "2.0", "1.5"],
    ["start", "start", "stale"],
  ],
  [
    ["2.0", "2.1", "2.1"],
    ["start", "start", "again"],
  ],
])("of the grants %j each starts at most once, in order: %j (C2)", (grants, verdicts) => {
  const fence = createFence();
  expect(grants.map((grant) => fence.take(Number(grant.split(".")[0]), grant))).toEqual(verdicts);
});

test("a grant that was asked back starts nothing; a later one does", () => {
  const fence = createFence();
  fence.admit(3);
  fence.recall("3.5");
  expect(["3.5", "3.6"].map((grant) => fence.take(3, grant))).toEqual(["revoked", "start"]);
  expect(fence.last()).toBe("3.6");
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
