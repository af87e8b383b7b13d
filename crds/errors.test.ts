import { describe, expect, test } from "vitest";
import { errorResponse, functionNotFound, LambdaError, throttled } from "./errors.ts";

const shown = (error: LambdaError) => {
  const { status, headers, body } = errorResponse(error);
  return { status, code: headers["x-amzn-errortype"], body: JSON.parse(body) };
};

describe("errors have the body that clients of AWS expect", () => {
  test("a missing function says Message with a capital", () => {
    expect(shown(functionNotFound("arn:aws:lambda:R:A:function:f"))).toEqual({
      status: 404,
      code: "ResourceNotFoundException",
      body: { Type: "User", Message: "Function not found: arn:aws:lambda:R:A:function:f" },
    });
  });

  test("throttling carries its reason and when to come back", () => {
    const error = throttled("ReservedFunctionConcurrentInvocationLimitExceeded", 0.2);
    expect(shown(error)).toEqual({
      status: 429,
      code: "TooManyRequestsException",
      body: {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
        Type: "User",
        message: "Rate Exceeded.",
      },
    });
    expect(errorResponse(error).headers["retry-after"]).toBe("1");
  });

  test("a validation error has a message and no Type", () => {
    expect(shown(new LambdaError("ValidationException", "no"))).toEqual({
      status: 400,
      code: "ValidationException",
      body: { message: "no" },
    });
  });

  test("a fault of ours is of Type Service", () => {
    expect(shown(new LambdaError("ServiceException", "oh")).body).toEqual({ Type: "Service", Message: "oh" });
  });

  test("the cause is kept for the log and stays out of the answer", () => {
    const error = new LambdaError("ServiceException", "oh", { cause: new Error("secret") });
    expect((error.cause as Error).message).toBe("secret");
    expect(errorResponse(error).body).not.toContain("secret");
  });
});
