/** What a caller is told when nothing ran: the one place where placement's refusals become Lambda's errors. */
import { LambdaError, throttled } from "../../crds/errors.ts";
import type { StartFailure } from "../placer/attempt.ts";
import type { Refusal } from "../placer/state.ts";

export function errorOfRefusal(refusal: Refusal): LambdaError {
  switch (refusal.kind) {
    case "throttled":
      return throttled(refusal.reason, refusal.retryMs / 1000);
    case "full":
      return throttled("CallerRateLimitExceeded");
    case "waited":
      return unavailable(`no environment became free within ${Math.round(refusal.waitedMs / 1000)} s`);
    case "cannotStart":
      return errorOfStart(refusal.failure);
  }
}

function errorOfStart({ kind, message }: StartFailure): LambdaError {
  switch (kind) {
    case "quota":
      return new LambdaError(
        "TooManyRequestsException",
        `Rate Exceeded. The namespace's quota is used up: ${message}`,
        {
          members: { Reason: "ConcurrentInvocationLimitExceeded" },
          retryAfterSeconds: 1,
        },
      );
    case "admission":
      return new LambdaError("ResourceNotReadyException", `The environment's pod was refused: ${message}`);
    case "image":
      return new LambdaError(
        "ResourceNotReadyException",
        `The environment's image cannot be had: ${message}`,
      );
    case "configuration":
      return new LambdaError(
        "ResourceNotReadyException",
        `The environment cannot be made as the function describes it: ${message}`,
      );
    case "code":
      return unavailable(`the function's code cannot be had: ${message}`);
    case "unschedulable":
      return unavailable(`no node can take an environment: ${message}`);
    case "deleted":
    case "crashed":
      return unavailable(`an environment could not start: ${message}`);
    case "slow":
    case "unavailable":
      return unavailable(message);
  }
}

export function unavailable(sentence: string): LambdaError {
  return new LambdaError("ServiceUnavailableException", `Service unavailable: ${withoutDots(sentence)}.`, {
    retryAfterSeconds: 1,
  });
}

/** Others wrote the sentence: a pattern for the dots at its end would look at every dot of it again from each one before. */
function withoutDots(sentence: string): string {
  let end = sentence.length;
  while (sentence[end - 1] === ".") end--;
  return sentence.slice(0, end);
}
