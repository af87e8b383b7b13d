/**
 * One invocation under way in an environment: collects the response's frames. Frames may come a second time after a link
 * broke and came back; a new head starts the response anew.
 */
import { limits } from "../../crds/limits.ts";
import type { HeadOf, LinkError, ToGateway } from "../../crds/link/messages.ts";
import { gatherPieces } from "../aside/pieces.ts";
import type { InvokeOutcome, InvokeRequest } from "./request.ts";
import { tellError } from "./told.ts";

type End = HeadOf<ToGateway, "end">;

export interface Flight {
  readonly request: InvokeRequest;
  responseHead(head: HeadOf<ToGateway, "responseHead">): void;
  responseChunk(body: Uint8Array): void;
  responseEnd(head: HeadOf<ToGateway, "responseEnd">): void;
  end(head: End): void;
  /** Something other than the function answers for it. The first answer counts. */
  settle(outcome: InvokeOutcome): void;
  readonly answered: boolean;
}

const bytesMax = limits.responseBytesMax;

/** `answer` is called once. */
export function createFlight(request: InvokeRequest, answer: (outcome: InvokeOutcome) => void): Flight {
  let head: HeadOf<ToGateway, "responseHead"> | undefined;
  const chunks = gatherPieces();
  let bytes = 0;
  let complete = false;
  let answered = false;

  const settle = (outcome: InvokeOutcome) => {
    if (answered) return;
    answered = true;
    chunks.take();
    answer(outcome);
  };
  const settleResponse = (logTail: string | undefined) => {
    settle({
      kind: "answered",
      body: chunks.take(),
      contentType: head?.contentType,
      functionError: head?.functionError,
      functionVersion: request.callable.functionVersion,
      logTail,
    });
  };

  return {
    request,
    responseHead(next) {
      head = next;
      chunks.take();
      bytes = 0;
    },
    responseChunk(body) {
      bytes += body.length;
      if (bytes <= bytesMax) chunks.add(body);
      else chunks.take();
    },
    responseEnd(end) {
      const error = bytes > bytesMax ? tooLarge(bytesMax) : end.error;
      if (error !== undefined) {
        // One that broke off, or outgrew its limit: a part of it is worth nothing to a caller who was promised the whole.
        head = { requestId: request.requestId, mode: "buffered", functionError: "Unhandled" };
        chunks.take();
        chunks.add(Buffer.from(tellError(error).body));
      }
      complete = true;
      if (!request.logTail) settleResponse(undefined);
    },
    end(end) {
      if (complete) settleResponse(end.logTail);
    },
    settle,
    get answered() {
      return answered;
    },
  };
}

export function tooLarge(atMost: number): LinkError {
  return {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${atMost} bytes).`,
  };
}
