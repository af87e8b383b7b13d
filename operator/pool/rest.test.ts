import { expect, test } from "vitest";
import { restMs } from "./rest.ts";

const nowMs = 1_000_000;
const ago = (...ms: number[]) => ms.map((one) => nowMs - one);

test.each<[string, number[], { some: number; none: number }]>([
  ["nothing was taken", [], { some: 0, none: 0 }],
  ["one was taken a moment ago", ago(5), { some: 995, none: 0 }],
  ["two were taken at once", ago(5, 5), { some: 995, none: 0 }],
  ["one was taken a while ago", ago(1_000), { some: 0, none: 0 }],
  ["a crowd takes", ago(30, 20, 10), { some: 990, none: 990 }],
  ["a crowd came a while after another", ago(2_500, 2_400, 300, 200, 100), { some: 900, none: 900 }],
  ["a crowd is yet to come, by another's clock", ago(-60_000, -60_000, -60_000), { some: 0, none: 0 }],
  ["a crowd is over", ago(1_200, 1_100, 1_000), { some: 0, none: 0 }],
  ["a crowd goes on and on", ago(2_900, 2_100, 1_300, 500), { some: 100, none: 100 }],
  ["a crowd has lasted for long enough", ago(3_400, 2_500, 1_600, 700), { some: 0, none: 0 }],
])("%s", (_, takenMs, { some, none }) => {
  expect([restMs(takenMs, nowMs, false), restMs(takenMs, nowMs, true)]).toEqual([some, none]);
});
