/**
 * A client of the Runtime API on one connection kept alive. Not node:http: a function's every invocation passes here twice,
 * and a few lines over a socket cost a third of it and nothing at start.
 */
import { connect } from "node:net";

const base = "/2018-06-01/runtime";
const headEnd = Buffer.from("\r\n\r\n");

/** @typedef {{ status: number, headers: Map<string, string>, body: Buffer }} Reply */

/** @param {string} address host:port, from AWS_LAMBDA_RUNTIME_API */
export function createClient(address) {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon);
  const port = Number(address.slice(colon + 1));
  /** @type {import("node:net").Socket | undefined} */
  let socket;
  /** @type {Array<{ resolve: (reply: Reply) => void, reject: (error: Error) => void }>} */
  let waiting = [];
  /** What came and is no whole reply yet. A large event comes in a hundred pieces, which are joined once, when all are there. */
  let pieces = [];
  let pieceBytes = 0;
  let neededBytes = 0;

  function hold(bytes) {
    pieces = bytes.length === 0 ? [] : [bytes];
    pieceBytes = bytes.length;
    neededBytes = 0;
  }

  function open() {
    if (socket !== undefined) return socket;
    const opened = connect({ host, port, noDelay: true });
    socket = opened;
    hold(Buffer.alloc(0));
    const lost = (error) => {
      if (socket !== opened) return;
      socket = undefined;
      const failed = waiting;
      waiting = [];
      for (const one of failed) one.reject(error);
    };
    opened.on("data", (bytes) => {
      pieces.push(bytes);
      pieceBytes += bytes.length;
      if (pieceBytes < neededBytes) return;
      if (pieces.length > 1) pieces = [Buffer.concat(pieces, pieceBytes)];
      for (let reply = readReply(); reply !== undefined; reply = readReply()) waiting.shift()?.resolve(reply);
    });
    opened.on("error", lost);
    opened.on("close", () => lost(new Error("the Runtime API closed the connection")));
    return opened;
  }

  /** @returns {Reply | undefined} */
  function readReply() {
    const [held] = pieces;
    const end = held === undefined ? -1 : held.indexOf(headEnd);
    if (end < 0) return undefined;
    const head = readHead(held.toString("latin1", 0, end));
    const start = end + headEnd.length;
    if (head.headers.get("transfer-encoding") === "chunked") {
      const found = readChunks(held, start);
      if (found === undefined) return undefined;
      hold(held.subarray(found.end));
      return { ...head, body: found.body };
    }
    const bytes = Number(head.headers.get("content-length") ?? 0);
    neededBytes = start + bytes;
    if (held.length < neededBytes) return undefined;
    const body = held.subarray(start, neededBytes);
    hold(held.subarray(neededBytes));
    return { ...head, body };
  }

  /** @returns {Promise<Reply>} */
  function exchange(bytes) {
    const opened = open();
    opened.ref();
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      opened.write(bytes);
    });
  }

  const hostLine = `Host: ${address}\r\n\r\n`;
  const nextRequest = Buffer.from(`GET ${base}/invocation/next HTTP/1.1\r\n${hostLine}`);
  const post = (path, headers, body) => {
    let head = `POST ${base}${path} HTTP/1.1\r\nContent-Length: ${body.length}\r\n`;
    for (const [name, value] of Object.entries(headers)) head += `${name}: ${oneLine(value)}\r\n`;
    return Buffer.concat([Buffer.from(head + hostLine, "utf8"), body]);
  };

  return {
    next: () => exchange(nextRequest),
    /** Answers one event and asks for the next in the same write; the first reply says nothing that would be acted on. */
    respondThenNext(requestId, body) {
      const response = post(
        `/invocation/${requestId}/response`,
        { "Content-Type": "application/json" },
        body,
      );
      waiting.push({ resolve() {}, reject() {} });
      return exchange(Buffer.concat([response, nextRequest]));
    },
    fail: (requestId, error, cause) =>
      exchange(post(`/invocation/${requestId}/error`, errorHeaders(error, cause), errorBody(error))),
    failInit: (error, cause) => exchange(post("/init/error", errorHeaders(error, cause), errorBody(error))),
    /** From now on the connection alone does not keep the process running. */
    idle: () => socket?.unref(),
    address: { host, port },
  };
}

const errorBody = (error) => Buffer.from(JSON.stringify(error));

function errorHeaders(error, cause) {
  const headers = {
    "Content-Type": "application/vnd.aws.lambda.error+json",
    "Lambda-Runtime-Function-Error-Type": error.errorType,
  };
  // The service takes causes up to 64 KiB; a larger one is not worth a failed report.
  if (cause !== undefined && cause.length < 65_536)
    headers["Lambda-Runtime-Function-XRay-Error-Cause"] = cause;
  return headers;
}

/** A header's value in ASCII on one line; what is not is escaped, so that a name or message never breaks the request. */
function oneLine(value) {
  return String(value).replace(/[^\x20-\x7e]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

function readHead(text) {
  const lines = text.split("\r\n");
  const headers = new Map();
  for (let index = 1; index < lines.length; index++) {
    const colon = lines[index].indexOf(":");
    headers.set(lines[index].slice(0, colon).toLowerCase(), lines[index].slice(colon + 1).trim());
  }
  return { status: Number(lines[0].split(" ")[1]), headers };
}

/** A whole chunked body, or nothing while parts are missing. An extension may stand between us and the Runtime API. */
function readChunks(bytes, from) {
  const pieces = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    at = lineEnd + 2;
    if (size === 0) {
      const last = bytes.indexOf("\r\n", at);
      if (last < 0) return undefined;
      return { body: Buffer.concat(pieces), end: last + 2 };
    }
    if (bytes.length < at + size + 2) return undefined;
    pieces.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}
