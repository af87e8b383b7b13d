/**
 * A streamed response as HTTP. With the content type of Lambda's HTTP integration, status and headers stand before the body as JSON,
 * ended by eight zero bytes; without it everything is body.
 */
import type { InvokeOutcome } from "../invoke/request.ts";
import type { ResponseStream, StreamPart } from "../invoke/stream.ts";
import { type HttpAnswer, type HttpStream, StreamBroken } from "../listener/http.ts";
import { badGateway, mapHead, type ReadyAnswer } from "./response.ts";

/** Of a response that begins with its status and headers. */
export const preludeType = "application/vnd.awslambda.http-integration-response";
const bytesType = "application/octet-stream";
const preludeEnd = Buffer.alloc(8);

/** Ours: more than any client takes as a response's head. */
const preludeBytesMax = 64 * 1024;

export async function mapStream({
  stream,
  contentType,
}: InvokeOutcome & { kind: "streaming" }): Promise<HttpAnswer> {
  if (contentType !== preludeType)
    return {
      status: 200,
      headers: [["content-type", contentType ?? bytesType]],
      body: bodyOf(stream),
    };
  const read = await readPrelude(stream);
  const head = read === undefined ? undefined : mapHead(read.prelude, bytesType);
  if (read === undefined || head === undefined) {
    stream.cancel();
    return badGateway();
  }
  return { ...head, body: bodyOf(stream, read.rest) };
}

/** A streaming function's response, of the prelude's type, to a caller who waits for the whole. */
export function mapCollected(body: Uint8Array): ReadyAnswer {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const end = bytes.indexOf(preludeEnd);
  const prelude = end < 0 || end > preludeBytesMax ? undefined : parse(bytes.toString("utf8", 0, end));
  const head = prelude === undefined ? undefined : mapHead(prelude, bytesType);
  return head === undefined ? badGateway() : { ...head, body: bytes.subarray(end + preludeEnd.length) };
}

/** Nothing when it ends without one, is too large, or is no JSON object. */
async function readPrelude(
  stream: ResponseStream,
): Promise<{ prelude: Record<string, unknown>; rest: Uint8Array } | undefined> {
  let held: Buffer = Buffer.alloc(0);
  for (;;) {
    const part = await stream.next();
    if (part.kind === "end") return undefined;
    const from = Math.max(0, held.length - preludeEnd.length);
    held = held.length === 0 ? Buffer.from(part.bytes) : Buffer.concat([held, part.bytes]);
    const end = held.indexOf(preludeEnd, from);
    if (end > preludeBytesMax || (end < 0 && held.length > preludeBytesMax)) return undefined;
    if (end < 0) continue;
    const prelude = parse(held.toString("utf8", 0, end));
    return prelude === undefined ? undefined : { prelude, rest: held.subarray(end + preludeEnd.length) };
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (cause) {
    // A function may write anything before its zero bytes; what is not JSON is no head.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** What broke off is cut off: a caller must not take it for the whole. */
function bodyOf(stream: ResponseStream, first: Uint8Array = new Uint8Array(0)): HttpStream {
  let rest = first;
  return {
    cancel: stream.cancel,
    async next() {
      if (rest.length > 0) {
        const bytes = rest;
        rest = new Uint8Array(0);
        return bytes;
      }
      const part: StreamPart = await stream.next();
      if (part.kind === "bytes") return part.bytes;
      if (part.error !== undefined) throw new StreamBroken(part.error.errorType);
      return undefined;
    },
  };
}
