/** The listener on node:http: the way back from Bun.serve, and what runs where Bun does not. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { listen } from "../../kernel/socket/listen.ts";
import { createCollector } from "./collect.ts";
import {
  type HttpAnswer,
  type HttpBody,
  type HttpHandler,
  type HttpListener,
  type HttpRequest,
  type HttpStream,
  isBodyless,
  isDropped,
  isHttpStream,
  isUnsendable,
  type ListenerOptions,
  StreamBroken,
  unsendable,
} from "./http.ts";
import { listenerLimits } from "./limits.ts";
import { linger } from "./linger.ts";
import { createRoom, type Share } from "./room.ts";

const clock = createSystemClock();
const failed: HttpAnswer = { status: 500, headers: [], body: "Internal Server Error" };

export async function listenWithNode(options: ListenerOptions, handler: HttpHandler): Promise<HttpListener> {
  const stillMsMax = options.stillMsMax ?? listenerLimits.stillMsMax;
  let closing = false;
  let taken = 0;
  let pending = 0;
  const bodyMsMax = options.bodyMsMax ?? listenerLimits.bodyMsMax;
  const { bodyBytesMax: bytesMax, heldBytesMax, heldBytesMaxPerTenant } = options;
  const shareOut = createRoom({ bytesMax: heldBytesMax, bytesMaxPerTenant: heldBytesMaxPerTenant });
  const server = createServer(
    {
      maxHeaderSize: listenerLimits.headBytesMax,
      headersTimeout: listenerLimits.headMsMax,
      requestTimeout: 0,
      keepAliveTimeout: listenerLimits.idleMsMax,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      taken++;
      pending++;
      response.once("close", () => pending--);
      let share: Share | undefined;
      const reading: Reading = {
        ...{ bytesMax, stillMsMax, bodyMsMax },
        shareOf(tenant) {
          share = shareOut(tenant);
          return share;
        },
        release: () => share?.release(),
      };
      const respond = (answer: HttpAnswer) => {
        reading.release();
        send(response, answer, { last: closing, stillMsMax });
      };
      // Handlers log and answer their own errors; that one failed all the same is said here, without what it was.
      handler(wrap(request, response, reading)).then(respond, () => respond(failed));
    },
  );
  const port = await listen(server, options);
  return {
    port,
    async close() {
      closing = true;
      await linger(clock, { taken: () => taken, pending: () => pending });
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
    },
  };
}

interface Reading {
  bytesMax: number;
  stillMsMax: number;
  bodyMsMax: number;
  shareOf(tenant: string): Share;
  release(): void;
}

function wrap(request: IncomingMessage, response: ServerResponse, reading: Reading): HttpRequest {
  const target = pathOf(request.url ?? "/");
  const question = target.indexOf("?");
  let gone: AbortController | undefined;
  return {
    method: request.method ?? "GET",
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? "" : target.slice(question + 1),
    header: (name) => joined(request.headers[name], name),
    *headers() {
      for (const [name, value] of Object.entries(request.headers)) yield [name, joined(value, name) ?? ""];
    },
    remoteAddress: request.socket.remoteAddress ?? "",
    body: (tenant) => read(request, reading, reading.shareOf(tenant)),
    release: reading.release,
    get signal() {
      if (gone === undefined) {
        const controller = new AbortController();
        gone = controller;
        const look = () => {
          if (response.closed && !response.writableFinished) controller.abort();
        };
        response.once("close", look);
        // Asked for late, it may have gone already.
        look();
      }
      return gone.signal;
    },
  };
}

/** Absolute form (`GET http://host/path`) is for proxies; we are none. */
function pathOf(target: string): string {
  if (target.startsWith("/")) return target;
  const start = target.indexOf("/", target.indexOf("//") + 2);
  return start < 0 ? "/" : target.slice(start);
}

function joined(value: string | string[] | undefined, name: string): string | undefined {
  return Array.isArray(value) ? value.join(name === "cookie" ? "; " : ", ") : value;
}

function read(request: IncomingMessage, reading: Reading, share: Share): Promise<HttpBody> {
  const { bytesMax, stillMsMax, bodyMsMax } = reading;
  return new Promise((resolve) => {
    const collector = createCollector(bytesMax, share);
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > bytesMax && !isDropped(announced, bytesMax, request.headers.expect)) {
      resolve({ kind: "tooLarge" });
      return;
    }
    const watch = () => clock.after(stillMsMax, () => request.destroy());
    let stopWatching = watch();
    const enough = () => {
      resolve(collector.end());
      request.pause();
    };
    const inTime = clock.after(bodyMsMax, () => {
      collector.giveUp();
      enough();
    });
    request.on("data", (chunk: Uint8Array) => {
      stopWatching();
      stopWatching = watch();
      if (!collector.add(chunk)) enough();
    });
    request.on("end", () => {
      stopWatching();
      inTime();
      resolve(collector.end());
    });
    request.on("error", () => resolve({ kind: "broken" }));
    request.on("close", () => {
      stopWatching();
      inTime();
      resolve({ kind: "broken" });
    });
  });
}

interface Sending {
  /** The last answer of its connection. */
  last: boolean;
  stillMsMax: number;
}

function send(response: ServerResponse, answer: HttpAnswer, { last, stillMsMax }: Sending): void {
  const { body } = answer;
  if (response.destroyed) {
    if (isHttpStream(body)) body.cancel();
    return;
  }
  if (!setHead(response, answer)) {
    send(response, unsendable(answer), { last, stillMsMax });
    return;
  }
  // A body we did not read would be taken for the next request.
  if (last || !response.req.complete) response.setHeader("connection", "close");
  if (isBodyless(answer.status)) {
    if (isHttpStream(body)) body.cancel();
    response.end();
    return;
  }
  if (isHttpStream(body)) {
    void pour(body, response, stillMsMax);
    return;
  }
  response.setTimeout(stillMsMax);
  response.setHeader("content-length", typeof body === "string" ? Buffer.byteLength(body) : body.length);
  response.end(body);
}

/** False when it cannot be sent; nothing is set then. */
function setHead(response: ServerResponse, { status, headers }: HttpAnswer): boolean {
  response.statusCode = status;
  try {
    for (const [name, value] of headers) response.appendHeader(name, value);
    return true;
  } catch (error) {
    if (!isUnsendable(error)) throw error;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    return false;
  }
}

/** One piece after the other, as the client takes them; what breaks off is cut, for its caller must not take it for the whole. */
async function pour(body: HttpStream, response: ServerResponse, stillMsMax: number): Promise<void> {
  response.flushHeaders();
  let wake = () => {};
  response.on("drain", () => wake());
  response.once("close", () => {
    body.cancel();
    wake();
  });
  try {
    for (let bytes = await body.next(); bytes !== undefined; bytes = await body.next()) {
      if (response.destroyed) return;
      // Until it has left the client is waited for, and cut when it takes nothing; then the function is.
      response.setTimeout(stillMsMax);
      if (!response.write(bytes))
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      response.setTimeout(0);
    }
    response.setTimeout(stillMsMax);
    response.end();
  } catch (error) {
    response.destroy();
    if (!(error instanceof StreamBroken)) throw error;
  }
}
