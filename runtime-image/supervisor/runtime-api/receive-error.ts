/** POST …/error and …/init/error: the body is the caller's answer, verbatim; the header names the type for our logs. */
import { responseBytesMax } from "../limits.ts";
import { collect } from "./collect.ts";
import { readErrorCause } from "./error-cause.ts";
import { readErrorType } from "./error-type.ts";
import type { BodySink, Exchange } from "./http/connection.ts";
import type { Answer, InitFailure, ResponseSink } from "./invocation.ts";
import { oversizeAnswer } from "./receive-response.ts";
import { accepted, tooLarge, truncated } from "./replies.ts";

const typeHeader = "lambda-runtime-function-error-type";
const causeHeader = "lambda-runtime-function-xray-error-cause";

export function receiveError(
  exchange: Exchange,
  response: ResponseSink,
  complete: (answer: Answer) => void,
  retry: () => void,
): BodySink {
  const errorType = readErrorType(exchange.head.headers.get(typeHeader));
  const cause = readErrorCause(exchange.head.headers.get(causeHeader));
  return collect(responseBytesMax, (collected) => {
    switch (collected.kind) {
      case "whole":
        exchange.reply(accepted);
        response.fail({ errorType, errorMessage: "" }, collected.body);
        return complete({ kind: "error", errorType, ...(cause === undefined ? {} : { cause }) });
      case "oversize":
        exchange.reply(tooLarge);
        return complete(oversizeAnswer(response));
      case "cut":
        exchange.reply(truncated);
        return retry();
    }
  });
}

export function receiveInitError(exchange: Exchange, failed: (failure: InitFailure) => void): BodySink {
  const errorType = readErrorType(exchange.head.headers.get(typeHeader));
  return collect(responseBytesMax, (collected) => {
    const body = collected.kind === "whole" ? collected.body : Buffer.from(JSON.stringify({ errorType }));
    failed({ errorType, body });
  });
}
