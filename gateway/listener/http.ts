/** HTTP as the gateway sees it, whichever server is underneath: a request, an answer, and the bounds of both. */

export interface HttpRequest {
  method: string;
  /** Path as it came: not decoded. */
  path: string;
  /** Without the question mark; empty when there is none. */
  query: string;
  /** By lower-case name; values of a repeated header are joined by commas. */
  header(name: string): string | undefined;
  headers(): Iterable<[name: string, value: string]>;
  remoteAddress: string;
  /** Reads the whole body. May be called once. */
  body(): Promise<HttpBody>;
  /** Fires when the client is gone. Made when first asked for. */
  readonly signal: AbortSignal;
}

export type HttpBody =
  | { kind: "whole"; bytes: Uint8Array }
  | { kind: "tooLarge" }
  /** The client stopped sending. */
  | { kind: "broken" };

export interface HttpAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array | string | HttpStream;
}

/** A body that comes piece by piece, no faster than its client takes it. */
export interface HttpStream {
  /** Nothing at its end. Rejects when it broke off: the connection is then cut. */
  next(): Promise<Uint8Array | undefined>;
  /** The client is gone. */
  cancel(): void;
}

/** A body that broke off in the middle. */
export class StreamBroken extends Error {
  override name = "StreamBroken";
}

export function isHttpStream(body: HttpAnswer["body"]): body is HttpStream {
  return typeof body === "object" && "next" in body;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>;

export interface ListenerOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  bodyBytesMax: number;
  /** How long a client may send or take nothing; a whole number of seconds. `listenerLimits.stillMsMax` unless said. */
  stillMsMax?: number;
}

export interface HttpListener {
  readonly port: number;
  /** Takes no new connections; resolves when the last answer has been given. */
  close(): Promise<void>;
}

export const listenerLimits = {
  /** Request line and headers together. */
  headBytesMax: 16 * 1024,
  /** A head that has not come in whole by then. */
  headMsMax: 10_000,
  /** A body that stands still for this long, on its way in or out. */
  stillMsMax: 30_000,
  /** A connection without a request. */
  idleMsMax: 65_000,
  /** A listener that leaves goes on answering until nobody asked for this long: kept connections that stayed silent are cut then. */
  lingerMs: 500,
  /** It stops listening after this long, though somebody still asks. */
  lingerMsMax: 15_000,
} as const;
