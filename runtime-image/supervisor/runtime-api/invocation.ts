/** What one invocation is to the Runtime API: the event to hand over, and where its response goes as it comes. */
import type { LinkError } from "../../../crds/link/messages.ts";

export interface Delivery {
  requestId: string;
  /** Lambda-Runtime-* headers and Content-Type, empty ones left out. */
  headers: ReadonlyArray<readonly [string, string]>;
  payload: Uint8Array;
  response: ResponseSink;
}

export interface ResponseHead {
  mode: "buffered" | "streaming";
  contentType?: string;
  functionError?: "Unhandled";
}

/** Takes one response, and ignores what comes after its end. A buffered one is head, at most one chunk, end. */
export interface ResponseSink {
  head(head: ResponseHead): void;
  /** False: the receiver is behind; the sender should pause until `resumed` calls back. */
  chunk(bytes: Uint8Array): boolean;
  resumed(callback: () => void): void;
  end(error?: LinkError): void;
  /** Ends the response with an error: as Lambda's error body, or, when a stream has begun, as the stream's error. */
  fail(error: LinkError, body: Uint8Array): void;
}

/** For answers that nobody waits for. */
export const nowhere: ResponseSink = {
  head: () => {},
  chunk: () => true,
  resumed: () => {},
  end: () => {},
  fail: () => {},
};

/** How the runtime answered one delivery. */
export type Answer =
  | { kind: "response" }
  /** `cause`: X-Ray's, if the runtime told one. */
  | { kind: "error"; errorType: string; cause?: string }
  | { kind: "broken"; errorType: string };

export interface InitFailure {
  errorType: string;
  /** The body as the runtime wrote it: the caller's answer, verbatim. */
  body: Uint8Array;
}
