/** InvokeWithResponseStream: the response as PayloadChunk events, each as it comes, and an InvokeComplete that says how it ended. */
import type { LinkError } from "../../crds/link/messages.ts";
import type { InvokeOutcome } from "../invoke/request.ts";
import type { ResponseStream } from "../invoke/stream.ts";
import { tellError } from "../invoke/told.ts";
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
        ...(error === undefined ? {} : completionOf(error)),
        ...(logTail === undefined ? {} : { LogResult: logTail }),
      });
    },
  };
}

function completionOf(error: LinkError): Completion {
  const { errorType, body } = tellError(error);
  return { ErrorCode: errorType, ErrorDetails: body };
}
