/**
 * The frames of one invocation on their way to the gateway that asked. If its link breaks in the middle they are kept and
 * sent again, all of them, once it is back: a gateway ignores what it already has. A stream cannot be sent twice; it ends in an error.
 */
import { encodeToGateway } from "../../../crds/link/codec.ts";
import type { LinkError } from "../../../crds/link/messages.ts";
import type { ResponseHead, ResponseSink } from "../runtime-api/invocation.ts";
import type { Link } from "./connection.ts";
import type { Send } from "./outbox.ts";

export interface Replies {
  send: Send;
  /** For what the gateway need not hear before something else is said. */
  sendUnhurried: Send;
  response(requestId: string): ResponseSink;
  lost(): void;
  found(link: Link): void;
  /** All is said: what was kept goes once it has left. */
  done(): void;
}

/** One frame carries at most this much of a response. */
const chunkBytesMax = 1024 * 1024;

const lostError: LinkError = {
  errorType: "Link.Lost",
  errorMessage: "The link broke during the stream",
};

export function createReplies(first: Link): Replies {
  let link: Link | undefined = first;
  let kept: Uint8Array[] = [];
  let stream: { at: "none" | "open" | "broken" } = { at: "none" };

  function emit(pieces: Uint8Array[], keep: boolean): void {
    if (keep) kept.push(...pieces);
    link?.write(pieces);
  }

  const send: Send = (type, head, body) => emit(encodeToGateway(type, head, body), true);

  const sendUnhurried: Send = (type, head, body) => {
    const pieces = encodeToGateway(type, head, body);
    kept.push(...pieces);
    link?.writeUnhurried(pieces);
  };

  function response(requestId: string): ResponseSink {
    let isEnded = false;

    function chunk(bytes: Uint8Array): boolean {
      if (isEnded || stream.at === "broken") return true;
      for (let at = 0; at < bytes.length; at += chunkBytesMax) {
        const piece = bytes.subarray(at, at + chunkBytesMax);
        emit(encodeToGateway("responseChunk", { requestId }, piece), stream.at === "none");
      }
      return link === undefined || !link.behind();
    }

    function head(next: ResponseHead): void {
      if (isEnded) return;
      if (next.mode === "streaming") stream = { at: "open" };
      send("responseHead", { requestId, ...next });
    }

    function end(error?: LinkError): void {
      if (isEnded) return;
      isEnded = true;
      const told = stream.at === "broken" ? lostError : error;
      send("responseEnd", { requestId, ...(told === undefined ? {} : { error: told }) });
    }

    return {
      head,
      chunk,
      end,
      resumed(callback) {
        if (link === undefined) queueMicrotask(callback);
        else link.drained(callback);
      },
      fail(error, body) {
        if (stream.at !== "none") return end(error);
        head({ mode: "buffered", contentType: "application/json", functionError: "Unhandled" });
        chunk(body);
        end();
      },
    };
  }

  return {
    send,
    sendUnhurried,
    response,
    done() {
      link?.drained(() => {
        if (link !== undefined) kept = [];
      });
    },
    lost() {
      link = undefined;
      if (stream.at === "open") stream = { at: "broken" };
    },
    found(next) {
      link = next;
      link.write(kept);
      kept = stream.at === "none" ? kept : [];
    },
  };
}
