import { expect, test } from "vitest";
import { goVersionOf } from "./go.ts";

test.each([
  ["go version go1.26.8 linux/amd64", { major: 1, minor: 26 }],
  ["go version go1.19 linux/amd64", { major: 1, minor: 19 }],
  ["gccgo 12", undefined],
])("%s", (said, version) => {
  expect(goVersionOf(said)).toEqual(version);
});
