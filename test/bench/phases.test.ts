import { expect, test } from "vitest";
import { parsePhases, subtractPhases } from "./phases.ts";

const reading = (sum: number, count: number) =>
  parsePhases(`# TYPE kambda_cold_start_phase_seconds histogram
kambda_cold_start_phase_seconds_bucket{le="0.1",phase="init"} 3
kambda_cold_start_phase_seconds_sum{phase="init"} ${sum}
kambda_cold_start_phase_seconds_count{phase="init"} ${count}
`);

test("a phase's mean is of the starts between the two readings", () => {
  expect(subtractPhases(reading(0.5, 7), reading(0.3, 5))).toEqual({ init: expect.closeTo(100) });
});

test("a phase that nothing passed through is left out", () => {
  expect(subtractPhases(reading(0.3, 5), reading(0.3, 5))).toEqual({});
});
