/** POST …/response, buffered (collected, bounded, passed on unparsed) or streaming (passed on as it comes). */
import { responseBytesMax } from "../limits.ts";
import { collect } from "./collect.ts";
import type { BodySink, Exchange } from "./http/connection.ts";
import { ignored } from "./http/connection.ts";
import type { Answer, ResponseSink } from "./invocation.ts";
import { accepted, invalidMode, tooLarge, truncated } from "./replies.ts";
import { readStreamError } from "./stream-error.ts";

type Complete = (answer: Answer) => void;

export function receiveResponse(
  exchange: Exchange,
  response: ResponseSink,
  complete: Complete,
  retry: () => void,
): BodySink {
  const mode = exchange.head.headers.get("lambda-runtime-function-response-mode")?.toLowerCase();
  if (mode === "streaming") return stream(exchange, response, complete);
  if (mode !== undefined) {
    exchange.reply(invalidMode);
    complete(answerError(response, "Runtime.InvalidResponseModeHeader", "Invalid response mode header"));
    return ignored;
  }
  return collect(responseBytesMax, (collected) => {
    switch (collected.kind) {
      case "whole": {
        const contentType = exchange.head.headers.get("content-type")?.slice(0, 256);
        exchange.reply(accepted);
        response.head({ mode: "buffered", ...(contentType === undefined ? {} : { contentType }) });
        if (collected.body.length > 0) response.chunk(collected.body);
        response.end();
        return complete({ kind: "response" });
      }
      case "oversize":
        exchange.reply(tooLarge);
        return complete(oversizeAnswer(response));
      case "cut":
        exchange.reply(truncated);
        return retry();
    }
  });
}

function stream(exchange: Exchange, response: ResponseSink, complete: Complete): BodySink {
  const contentType = exchange.head.headers.get("content-type")?.slice(0, 256);
  response.head({ mode: "streaming", ...(contentType === undefined ? {} : { contentType }) });
  return {
    chunk(bytes) {
      if (response.chunk(bytes)) return;
      exchange.pause();
      response.resumed(exchange.resume);
    },
    end(trailers) {
      const error = readStreamError(trailers);
      exchange.reply(accepted);
      response.end(error);
      complete(error === undefined ? { kind: "response" } : { kind: "error", errorType: error.errorType });
    },
    cut() {
      const errorType = "Runtime.TruncatedResponse";
      response.end({ errorType, errorMessage: "The runtime broke off its response" });
      complete({ kind: "broken", errorType });
    },
  };
}

/** Answers the caller with an error of ours in Lambda's form. */
function answerError(response: ResponseSink, errorType: string, errorMessage: string): Answer {
  response.fail({ errorType, errorMessage }, Buffer.from(JSON.stringify({ errorType, errorMessage })));
  return { kind: "error", errorType };
}

export const oversizeAnswer = (response: ResponseSink): Answer =>
  answerError(
    response,
    "Function.ResponseSizeTooLarge",
    `Response payload size exceeded maximum allowed payload size (${responseBytesMax} bytes).`,
  );
