import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties.ts";
import { errorCauseBytesMax } from "../limits.ts";
import { readErrorCause } from "./error-cause.ts";

const frame = { path: "/var/task/index.mjs", line: 7, label: "handler" };
const withFrames = (count: number) => ({
  working_directory: "/var/task",
  exceptions: [{ type: "TypeError", message: "no", stack: Array.from({ length: count }, () => frame) }],
  paths: ["/var/task/index.mjs"],
});
const read = (cause: unknown) => JSON.parse(readErrorCause(JSON.stringify(cause)) ?? "null");

test("a cause that fits passes as it is", () => {
  expect(read(withFrames(3))).toEqual(withFrames(3));
});

test("one too large loses the ends of its stacks, as little as will do", () => {
  const bytes = JSON.stringify(frame).length + 1;
  const frames = Math.ceil((errorCauseBytesMax * 1.2) / bytes);
  const { exceptions } = read(withFrames(frames));
  expect(exceptions[0].stack).toHaveLength(Math.floor(frames * 0.8));
  expect(exceptions[0]).toMatchObject({ type: "TypeError", message: "no" });
});

test("one whose message alone is too large is dropped", () => {
  expect(readErrorCause(JSON.stringify({ message: "x".repeat(errorCauseBytesMax) }))).toBeUndefined();
});

test("what is no cause is none", () => {
  for (const header of [
    undefined,
    "",
    "no JSON",
    "7",
    "[]",
    "null",
    "{}",
    '{"other":1}',
    '{"exceptions":"x"}',
  ])
    expect([header, readErrorCause(header)]).toEqual([header, undefined]);
});

test("any JSON at all gives a cause that fits, or none", () => {
  fc.assert(
    fc.property(fc.json(), (header) => {
      expect(Buffer.byteLength(readErrorCause(header) ?? "")).toBeLessThanOrEqual(errorCauseBytesMax);
    }),
  );
});
