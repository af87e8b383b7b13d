/** Encodes a reply: a small one in one piece, so that it leaves in one write; the body of a large one beside its head, uncopied. */
import { apiJoinBytesMax } from "../../limits.ts";

export interface Reply {
  status: number;
  headers?: ReadonlyArray<readonly [string, string]>;
  /** A JSON body … */
  json?: unknown;
  /** … or bytes as they are, with their own Content-Type among the headers. */
  body?: Uint8Array;
}

const reasons: Record<number, string> = {
  200: "OK",
  202: "Accepted",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Request Entity Too Large",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
};

export function encodeReply(reply: Reply, close: boolean): Uint8Array[] {
  const json = reply.json === undefined ? undefined : Buffer.from(`${JSON.stringify(reply.json)}\n`);
  const body = json ?? reply.body ?? new Uint8Array(0);
  let head = `HTTP/1.1 ${reply.status} ${reasons[reply.status] ?? "Unknown"}\r\n`;
  if (json !== undefined) head += "Content-Type: application/json\r\n";
  for (const [name, value] of reply.headers ?? []) head += `${name}: ${value.replace(/[\r\n\0]/g, " ")}\r\n`;
  if (close) head += "Connection: close\r\n";
  head += `Content-Length: ${body.length}\r\n\r\n`;
  const start = Buffer.from(head, "utf8");
  return body.length > apiJoinBytesMax ? [start, body] : [Buffer.concat([start, body])];
}
