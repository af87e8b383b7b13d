/**
 * One invocation under way whose caller takes the response as it comes. The answer is given with the response's head; only an error
 * from before the first byte is collected, for it is no response. A head that comes again after a link broke changes nothing.
 */
import type { LinkError } from "../../crds/link/messages.ts";
import { createFlight, type Flight, tooLarge } from "./flight.ts";
import type { InvokeOutcome, InvokeRequest } from "./request.ts";
import { type Brake, createResponseStream, type StreamFeed } from "./stream.ts";

export interface StreamingFlightOptions {
  /** Where the bytes come from. */
  brake: Brake;
  /** What one response may have; past it the stream ends in an error and the rest is thrown away. */
  bytesMax: number;
}

/** `answer` is called once. */
export function createStreamingFlight(
  request: InvokeRequest,
  { brake, bytesMax }: StreamingFlightOptions,
  answer: (outcome: InvokeOutcome) => void,
): Flight {
  const whole = createFlight(request, answer);
  let feed: StreamFeed | undefined;
  let bytes = 0;
  let error: LinkError | undefined;
  let complete = false;
  let over = false;

  const finish = (logTail?: string) => {
    over = true;
    feed?.end(error, logTail);
  };

  return {
    request,
    responseHead(head) {
      if (feed !== undefined || whole.answered) return;
      if (head.functionError !== undefined) {
        whole.responseHead(head);
        return;
      }
      feed = createResponseStream(brake);
      const { functionVersion } = request.callable;
      answer({ kind: "streaming", contentType: head.contentType, functionVersion, stream: feed.stream });
    },
    responseChunk(body) {
      if (feed === undefined) {
        whole.responseChunk(body);
        return;
      }
      const room = bytesMax - bytes;
      bytes += body.length;
      if (error === undefined) feed.push(body.subarray(0, Math.max(0, room)));
      if (bytes > bytesMax) error ??= tooLarge(bytesMax);
    },
    responseEnd(head) {
      if (feed === undefined) {
        whole.responseEnd(head);
        return;
      }
      error ??= head.error;
      complete = true;
      if (!request.logTail) finish();
    },
    end(end) {
      if (feed === undefined) whole.end(end);
      else if (complete) finish(end.logTail);
    },
    settle(outcome) {
      if (feed === undefined) {
        whole.settle(outcome);
        return;
      }
      error ??= errorOf(outcome);
      finish();
    },
    get answered() {
      return feed === undefined ? whole.answered : over;
    },
  };
}

/** What became of an invocation in the middle of its response. */
function errorOf(outcome: InvokeOutcome): LinkError {
  const errorMessage =
    outcome.kind === "refused" ? outcome.error.message : "The environment was lost during the response.";
  return { errorType: "ServiceException", errorMessage };
}
