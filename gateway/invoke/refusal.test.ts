import { expect, test } from "vitest";
import { unavailable } from "./refusal.ts";

test.each([
  ["no node has room", "no node has room"],
  ["no node has room...", "no node has room"],
  ["0.5 CPU are left. Wait.", "0.5 CPU are left. Wait"],
])("%s: the sentence ends with one dot", (sentence, told) => {
  expect(unavailable(sentence).message).toBe(`Service unavailable: ${told}.`);
});

test("a sentence of many dots is no work: 100,000 of them are told before the test's own bound", () => {
  const sentence = `${".".repeat(100_000)}x`;
  for (let turn = 0; turn < 10; turn++)
    expect(unavailable(sentence).message).toBe(`Service unavailable: ${sentence}.`);
});
