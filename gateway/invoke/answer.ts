/** Errors on their way out, the same for every listener: what Lambda would answer, and nothing of ours but in the log. */
import { errorResponse, functionNotFound, LambdaError } from "../../crds/errors.ts";
import { latestVersion } from "../../crds/labels.ts";
import { limits } from "../../crds/limits.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { HttpAnswer } from "../listener/http.ts";
import { unavailable } from "./refusal.ts";
import type { InvokeRequest } from "./request.ts";

/** Whatever is no LambdaError is a fault of ours: logged as `what`, answered without a word of it. */
export function answerError({ log }: LogDep, what: string, error: unknown): HttpAnswer {
  if (!(error instanceof LambdaError)) log.error(what, error);
  const known =
    error instanceof LambdaError ? error : new LambdaError("ServiceException", "An internal error occurred.");
  const { status, headers, body } = errorResponse(known);
  return { status, headers: Object.entries(headers), body };
}

/** 413 as Lambda says it, by API and URL alike. */
export function requestTooLarge(): LambdaError {
  return new LambdaError(
    "RequestEntityTooLargeException",
    `Request must be smaller than ${limits.requestBytesMax} bytes for the InvokeFunction operation`,
  );
}

/** 503 to who sends, or waits, while others' bodies take all the room there is. */
export function tooManyBytes(): LambdaError {
  return unavailable("the gateway holds as many bytes of requests as it may");
}

/** 409 as Lambda says it of a function that exists and cannot run. */
export function notReady(state: string, reason: string): LambdaError {
  const message = `The operation cannot be performed at this time. The function is currently in the following state: ${state}: ${reason}`;
  return new LambdaError("ResourceConflictException", message);
}

/** 404 to a request that waited while its function was deleted: the words of one that comes now. */
export function deletedMeanwhile({ invokedFunctionArn, callable }: InvokeRequest): LambdaError {
  const isUnqualified = invokedFunctionArn === callable.arn;
  return functionNotFound(isUnqualified ? `${invokedFunctionArn}:${latestVersion}` : invokedFunctionArn);
}
