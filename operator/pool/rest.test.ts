import { expect, test } from "vitest";
import { restMs } from "./rest.ts";

const nowMs = 1_000_000;
const ago = (...ms: number[]) => ms.map((one) => nowMs - one);

test.each<[string, number[], number]>([
  ["nothing was taken", [], 0],
  ["one was taken a moment ago", ago(5), 0],
  ["two were taken at once", ago(5, 5), 0],
  ["a crowd takes", ago(30, 20, 10), 990],
  ["a crowd came a while after another", ago(2_500, 2_400, 300, 200, 100), 900],
  ["a crowd is yet to come, by another's clock", ago(-60_000, -60_000, -60_000), 0],
  ["a crowd is over", ago(1_200, 1_100, 1_000), 0],
  ["a crowd goes on and on", ago(2_900, 2_100, 1_300, 500), 100],
  ["a crowd has lasted for long enough", ago(3_400, 2_500, 1_600, 700), 0],
])("%s", (_, takenMs, expected) => {
  expect(restMs(takenMs, nowMs)).toBe(expected);
});
