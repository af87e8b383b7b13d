import { expect, test } from "vitest";
import { isNewer } from "./newer.ts";

test.each([
  ["10", "9", true],
  ["9", "10", false],
  ["12", "11", true],
  ["11", "11", false],
])("%s after %s: %s", (version, than, expected) => {
  expect(isNewer(version, than)).toBe(expected);
});
