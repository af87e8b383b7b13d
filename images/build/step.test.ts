import { expect, test } from "vitest";
import { buildStep } from "./step.ts";

test.each([
  ["STEP 3/9: COPY node /var/lang/bin/node", "step 3/9 COPY node /var/lang/bin/node"],
  ["[2/2] STEP 3/9: COPY a /a", "step 3/9 COPY a /a"],
  ["#7 [stage-1 3/9] COPY a /a", "step 3/9 COPY a /a"],
  ["#7 [3/9] COPY a /a", "step 3/9 COPY a /a"],
])("%s is a step", (line, step) => {
  expect(buildStep(line)).toBe(step);
});

test.each(["--> Using cache 1234", "Setting up python3.11", "#7 DONE 0.1s"])("%s is none", (line) => {
  expect(buildStep(line)).toBeUndefined();
});

test("a long command is cut to fit a terminal", () => {
  expect(buildStep(`STEP 1/2: RUN ${"x".repeat(500)}`)).toHaveLength("step 1/2 ".length + 90);
});
