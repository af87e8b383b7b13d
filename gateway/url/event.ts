/** A request as the function sees it: payload format 2.0. Pure. */
import type { Source } from "./source.ts";

export interface UrlRequest {
  method: string;
  path: string;
  query: string;
  headers: readonly [string, string][];
  body: Uint8Array;
  id: string;
  domainName: string;
  source: Source;
  scheme: "http" | "https";
  port: number;
  requestId: string;
  traceId: string;
  timeMs: number;
}

export function buildEvent(request: UrlRequest): string {
  const { method, path, query, id, domainName, source, requestId, timeMs } = request;
  const { headers, cookies } = readHeaders(request);
  const body = encodeBody(request.body, headers["content-type"], headers["content-encoding"]);
  const parameters = readQuery(query);
  return JSON.stringify({
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(parameters === undefined ? {} : { queryStringParameters: parameters }),
    requestContext: {
      accountId: "anonymous",
      apiId: id,
      domainName,
      domainPrefix: id,
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: source.ip,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: commonLogTime(timeMs),
      timeEpoch: timeMs,
    },
    ...body,
  });
}

/** Lower-case names; what a proxy would say is said by us, whatever the client claimed. */
function readHeaders(request: UrlRequest): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  let cookies: string[] = [];
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === "cookie") cookies = value.split(/;\s*/).filter((cookie) => cookie !== "");
    else if (!lower.startsWith("x-forwarded-") && !lower.startsWith("x-amzn-") && !isHopByHop(lower))
      headers[lower] = value;
  }
  headers["x-forwarded-for"] = request.source.forwardedFor;
  headers["x-forwarded-proto"] = request.scheme;
  headers["x-forwarded-port"] = String(request.port);
  headers["x-amzn-trace-id"] = request.traceId;
  return { headers, cookies };
}

const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

export function isHopByHop(lowerName: string): boolean {
  return hopByHop.includes(lowerName);
}

/** Decoded; a name that comes twice has its values joined by commas. */
function readQuery(query: string): Record<string, string> | undefined {
  if (query === "") return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    Object.defineProperty(parameters, name, {
      value: before === undefined ? value : `${before},${value}`,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return parameters;
}

const textTypes = /^(text\/|application\/(json|xml|javascript)\b|[^;]+\+(json|xml)\b)/i;
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text as it is when its type says text and its bytes are; everything else as base64. Absent when empty. */
function encodeBody(
  bytes: Uint8Array,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): { body?: string; isBase64Encoded: boolean } {
  if (bytes.length === 0) return { isBase64Encoded: false };
  const isText = contentType !== undefined && textTypes.test(contentType) && contentEncoding === undefined;
  const text = isText ? decodeStrictly(bytes) : undefined;
  return text === undefined
    ? {
        body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64"),
        isBase64Encoded: true,
      }
    : { body: text, isBase64Encoded: false };
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch (cause) {
    // Not UTF-8 after all: base64 loses nothing.
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 12/Mar/2020:19:03:58 +0000 */
function commonLogTime(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}
