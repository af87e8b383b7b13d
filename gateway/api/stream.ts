/** InvokeWithResponseStream: the response as PayloadChunk events, each as it comes, and an InvokeComplete that says how it ended. */
import type { LinkError } from "../../crds/link/messages.ts";
import type { InvokeOutcome } from "../invoke/request.ts";
import type { ResponseStream } from "../invoke/stream.ts";
import type { HttpAnswer, HttpStream } from "../listener/http.ts";
import { type Completion, invokeComplete, payloadChunk } from "./event-stream.ts";

type Streaming = InvokeOutcome & { kind: "streaming" };

/** `body`: the events of a stream, or the only ones of a response that never became one. */
export function answerStream(
  { functionVersion }: Pick<Streaming, "functionVersion">,
  body: HttpAnswer["body"],
  traceId: string,
): HttpAnswer {
  return {
    status: 200,
    headers: [
      ["content-type", "application/vnd.amazon.eventstream"],
      ["x-amz-executed-version", functionVersion],
      ["x-amzn-trace-id", traceId],
    ],
    body,
  };
}

export function eventsOf(stream: ResponseStream): HttpStream {
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
