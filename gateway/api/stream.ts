/** InvokeWithResponseStream: the response as PayloadChunk events, each as it comes, and an InvokeComplete that says how it ended. */
import type { LinkError } from "../../crds/link/messages.ts";
import type { InvokeOutcome } from "../invoke/request.ts";
import type { ResponseStream } from "../invoke/stream.ts";
import type { HttpAnswer, HttpStream } from "../listener/http.ts";
import { type Completion, invokeComplete, payloadChunk } from "./event-stream.ts";

type Streaming = InvokeOutcome & { kind: "streaming" };
type Answered = InvokeOutcome & { kind: "answered" };

export function answerStream(outcome: Streaming | Answered, traceId: string): HttpAnswer {
  return {
    status: 200,
    headers: [
      ["content-type", "application/vnd.amazon.eventstream"],
      ["x-amz-executed-version", outcome.functionVersion],
      ["x-amzn-trace-id", traceId],
    ],
    body: outcome.kind === "streaming" ? eventsOf(outcome.stream) : completionOf(outcome),
  };
}

function eventsOf(stream: ResponseStream): HttpStream {
  let isComplete = false;
  return {
    cancel: stream.cancel,
    async next() {
      if (isComplete) return undefined;
      const part = await stream.next();
      if (part.kind === "bytes") return payloadChunk(part.bytes);
      isComplete = true;
      const { error, logTail } = part;
      return invokeComplete({
        ...(error === undefined ? {} : told(error)),
        ...(logTail === undefined ? {} : { LogResult: logTail }),
      });
    },
  };
}

/** A stream that failed says so in the words of the runtime, which are JSON; other errors are ours to write. */
function told({ errorType, errorMessage }: LinkError): Completion {
  const said = readError(errorMessage);
  if (said === undefined)
    return { ErrorCode: errorType, ErrorDetails: JSON.stringify({ errorType, errorMessage }) };
  return { ErrorCode: said.errorType ?? errorType, ErrorDetails: errorMessage };
}

function readError(text: string): { errorType: string | undefined } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const errorType = "errorType" in value ? value.errorType : undefined;
    return { errorType: typeof errorType === "string" ? errorType : undefined };
  } catch (cause) {
    // An error of ours, in plain words, or one too long for the link.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** The function failed before its first byte: there is nothing but the error. */
function completionOf({ body, functionError, logTail }: Answered): Uint8Array {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8");
  const completion = invokeComplete({
    ...(functionError === undefined ? {} : { ErrorCode: functionError, ErrorDetails: text }),
    ...(logTail === undefined ? {} : { LogResult: logTail }),
  });
  return functionError === undefined ? Buffer.concat([payloadChunk(body), completion]) : completion;
}
