import { expect, test } from "vitest";
import { errorResponse, LambdaError, throttled } from "../../crds/errors.ts";
import { notReady, requestTooLarge } from "../invoke/answer.ts";
import { unavailable } from "../invoke/refusal.ts";
import { inPublic } from "./public.ts";

test.each([
  ["a function that is not ready", notReady("Failed", "ServiceAccount payroll in namespace bank is missing")],
  ["a pod that nobody can take", unavailable("0/3 nodes are available: 3 Insufficient cpu")],
  [
    "a pod that was refused",
    new LambdaError("ResourceNotReadyException", 'pods "kambda-env-x" is forbidden'),
  ],
])("of %s a stranger learns that it is so, and not why", (_, error) => {
  const said = inPublic(error) as LambdaError;
  expect([said.code, said.retryAfterSeconds]).toEqual([error.code, error.retryAfterSeconds]);
  expect(said.message).not.toMatch(/bank|nodes|pods/);
});

test("a throttle keeps its Reason and when to come again", () => {
  const said = inPublic(throttled("ConcurrentInvocationLimitExceeded", 3)) as LambdaError;
  expect(errorResponse(said)).toEqual(errorResponse(throttled("ConcurrentInvocationLimitExceeded", 3)));
});

test.each([requestTooLarge(), new Error("a fault of ours")])(
  "what is the caller's own, and what is nobody's, stays: %s",
  (error) => {
    expect(inPublic(error)).toBe(error);
  },
);
