/**
 * One invocation under way in an environment: collects the response's frames. Frames may come a second time after a link
 * broke and came back; a new head starts the response anew.
 */
import { limits } from "../../crds/limits.ts";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { InvokeOutcome, InvokeRequest } from "./request.ts";

type End = HeadOf<ToGateway, "end">;

export interface Flight {
  readonly request: InvokeRequest;
  responseHead(head: HeadOf<ToGateway, "responseHead">): void;
  /** False when the response has outgrown its limit. */
  responseChunk(body: Uint8Array): boolean;
  responseEnd(head: HeadOf<ToGateway, "responseEnd">): void;
  end(head: End): void;
  /** Something other than the function answers for it. The first answer counts. */
  settle(outcome: InvokeOutcome): void;
  readonly answered: boolean;
}

/** `answer` is called once. */
export function createFlight(request: InvokeRequest, answer: (outcome: InvokeOutcome) => void): Flight {
  let head: HeadOf<ToGateway, "responseHead"> | undefined;
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let complete = false;
  let answered = false;

  const settle = (outcome: InvokeOutcome) => {
    if (answered) return;
    answered = true;
    chunks = chunks.length === 0 ? chunks : [];
    answer(outcome);
  };
  const settleResponse = (logTail: string | undefined) => {
    const body = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
    settle({
      kind: "answered",
      body,
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
      chunks = [];
      bytes = 0;
    },
    responseChunk(body) {
      bytes += body.length;
      if (bytes > limits.responseBytesMax) return false;
      chunks.push(body);
      return true;
    },
    responseEnd({ error }) {
      if (error !== undefined) {
        // A response that broke off: what came of it is worth nothing to a caller who was promised the whole.
        head = { requestId: request.requestId, mode: "buffered", functionError: "Unhandled" };
        chunks = [Buffer.from(JSON.stringify(error))];
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
