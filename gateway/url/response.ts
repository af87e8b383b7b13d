/** A function's result as HTTP: payload format 2.0 the other way. Pure. */
import type { HttpAnswer } from "../listener/http.ts";
import { isHopByHop } from "./event.ts";

/** An answer whose body is there. */
export type ReadyAnswer = HttpAnswer & { body: Uint8Array | string };

/** What a caller sees when the function failed or its result makes no HTTP answer. */
export function badGateway(): ReadyAnswer {
  return { status: 502, headers: [["content-type", "application/json"]], body: "Internal Server Error" };
}

/** Without a statusCode the whole result is the body: a string as it is, anything else as JSON. */
export function mapResult(body: Uint8Array): ReadyAnswer {
  try {
    return mapParsed(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8")));
  } catch (cause) {
    // A runtime may answer with anything; what is not JSON, or nested too deep to be read or written, is no result.
    if (cause instanceof SyntaxError || cause instanceof RangeError) return badGateway();
    throw cause;
  }
}

function mapParsed(result: unknown): ReadyAnswer {
  if (isRecord(result) && "statusCode" in result) return mapStructured(result);
  return {
    status: 200,
    headers: [["content-type", "application/json"]],
    body: typeof result === "string" ? result : JSON.stringify(result),
  };
}

const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** No control characters: a header's value must not begin another header. A character is a byte on the wire: Latin-1. */
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/;

function mapStructured(result: Record<string, unknown>): ReadyAnswer {
  const head = mapHead(result, "application/json");
  const body = readBody(result.body, result.isBase64Encoded === true);
  return head === undefined || body === undefined ? badGateway() : { ...head, body };
}

/** Headers that are said of the response by us: the function's own would stand beside them. */
const ours: ReadonlySet<string> = new Set(["content-length", "x-amzn-requestid", "x-amzn-trace-id"]);

/** Status and headers of a result or of a stream's prelude; nothing when they make no HTTP. */
export function mapHead(
  result: Record<string, unknown>,
  contentTypeByDefault: string,
): Pick<HttpAnswer, "status" | "headers"> | undefined {
  const status = "statusCode" in result ? Number(result.statusCode) : 200;
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const headers = [...readHeaders(result.headers), ...readMultiHeaders(result.multiValueHeaders)];
  for (const cookie of asList(result.cookies)) headers.push(["set-cookie", String(cookie)]);
  if (headers.some(([name, value]) => !tokenPattern.test(name) || !valuePattern.test(value)))
    return undefined;
  const kept = headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !isHopByHop(name) && !ours.has(name));
  if (!kept.some(([name]) => name === "content-type")) kept.push(["content-type", contentTypeByDefault]);
  return { status, headers: kept };
}

function readHeaders(value: unknown): [string, string][] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, one]): [string, string][] =>
    one === null || one === undefined ? [] : [[name, asList(one).map(String).join(", ")]],
  );
}

function readMultiHeaders(value: unknown): [string, string][] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, list]) =>
    asList(list).map((one): [string, string] => [name, String(one)]),
  );
}

/** Of both alphabets, in lines or not; what pads it is taken off first, for with it a pattern would look at each space again and again. */
const base64Pattern = /^[\w+/\s-]*$/;

function isBase64(text: string): boolean {
  const body = text.trimEnd();
  const padding = body.endsWith("==") ? 2 : Number(body.endsWith("="));
  return base64Pattern.test(body.slice(0, body.length - padding));
}

/** Undefined when it says base64 and is not. */
function readBody(body: unknown, isBase64Encoded: boolean): Uint8Array | string | undefined {
  if (body === undefined || body === null) return "";
  if (typeof body !== "string") return JSON.stringify(body);
  if (!isBase64Encoded) return body;
  return isBase64(body) ? Buffer.from(body, "base64") : undefined;
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
