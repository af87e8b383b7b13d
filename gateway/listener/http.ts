/** HTTP as the gateway sees it, whichever server is underneath: a request, an answer, and the bounds of both. */
import type { Pieces } from "../aside/pieces.ts";
import { listenerLimits } from "./limits.ts";

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
  /** Reads the whole body, in this tenant's part of the room. May be called once. */
  body(tenant: string): Promise<HttpBody>;
  /** Nobody holds the body's bytes any more: there is room for others'. Done by the listener too when it has the answer. */
  release(): void;
  /** Fires when the client is gone. Made when first asked for. */
  readonly signal: AbortSignal;
}

export type HttpBody =
  | { kind: "whole"; pieces: Pieces }
  | { kind: "tooLarge" }
  /** The listener's requests, or the tenant's, hold as many bytes as they may. */
  | { kind: "noRoom" }
  /** The client stopped sending, or took too long. */
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

/** Statuses whose answers have no body, whatever they were given. */
export function isBodyless(status: number): boolean {
  return status === 204 || status === 304;
}

/**
 * Instead of an answer whose headers no server can send: what a function's result that makes no HTTP comes to. Who feeds its stream
 * hears that nobody takes it.
 */
export function unsendable({ headers, body }: HttpAnswer): HttpAnswer & { body: string } {
  if (isHttpStream(body)) body.cancel();
  const kept = headers.filter(([name]) => name === "x-amzn-requestid");
  return {
    status: 502,
    headers: [["content-type", "application/json"], ...kept],
    body: "Internal Server Error",
  };
}

/** What servers throw at a status or a header they cannot send. */
export function isUnsendable(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer>;

export interface ListenerOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  bodyBytesMax: number;
  /** What the bodies of all requests may take, until they are released. */
  heldBytesMax: number;
  heldBytesMaxPerTenant: number;
  /** How long a client may send or take nothing; a whole number of seconds. `listenerLimits.stillMsMax` unless said. */
  stillMsMax?: number;
  /** How long a body may take to come in; `listenerLimits.bodyMsMax` unless said. */
  bodyMsMax?: number;
}

export interface HttpListener {
  readonly port: number;
  /** Takes no new connections; resolves when the last answer has been given. */
  close(): Promise<void>;
}

/** A body too large, whose client may be left to send what it announced; one that asks first waits for the answer. */
export function isDropped(announced: number, bytesMax: number, expect: string | undefined): boolean {
  return expect === undefined && announced <= bytesMax + listenerLimits.droppedBytesMax;
}
