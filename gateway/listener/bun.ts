/** The listener on Bun.serve: the fast one. Its twin is `node.ts`; both pass the same contract test. */
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { type Collector, createCollector } from "./collect.ts";
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

/** How often a listener that leaves looks whether all is answered. */
const drainLookMs = 20;
const clock = createSystemClock();

export function listenWithBun(options: ListenerOptions, handler: HttpHandler): HttpListener {
  const stillSeconds = Math.ceil((options.stillMsMax ?? listenerLimits.stillMsMax) / 1000);
  let closing = false;
  let taken = 0;
  const reading: Reading = {
    bytesMax: options.bodyBytesMax,
    bodyMsMax: options.bodyMsMax ?? listenerLimits.bodyMsMax,
    shareOut: createRoom({
      bytesMax: options.heldBytesMax,
      bytesMaxPerTenant: options.heldBytesMaxPerTenant,
    }),
    atOnce: 0,
  };
  const server = Bun.serve({
    hostname: options.host,
    port: options.port,
    // Bun's own limit answers without a body; ours is in `read`, and says what Lambda says.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    idleTimeout: stillSeconds,
    async fetch(request, self) {
      taken++;
      const body = createBody(request, reading);
      let answer: HttpAnswer;
      try {
        answer = await handler(wrap(request, self, body));
      } finally {
        body.release();
      }
      // Waiting for the next request, the client is the slow one again.
      if (body.wasRead()) self.timeout(request, stillSeconds);
      const response = respond(answer, (isWaitedFor) =>
        self.timeout(request, isWaitedFor ? stillSeconds : 0),
      );
      // A body we did not read must not be taken for the next request; and who leaves takes no next request.
      if (closing || (!body.wasRead() && request.body !== null)) response.headers.set("connection", "close");
      return response;
    },
    error: () => new Response("Internal Server Error", { status: 500 }),
  });
  return {
    port: server.port ?? options.port,
    /** What is in flight is answered, and who comes late; connections that are merely kept are cut. */
    async close() {
      closing = true;
      await linger(clock, { taken: () => taken, pending: () => server.pendingRequests });
      const stopped = server.stop(false);
      // Bun would wait for clients to let go of their connections; it cuts them when told to, in flight or not.
      while (server.pendingRequests > 0) await clock.sleep(drainLookMs);
      await Promise.all([server.stop(true), stopped]);
    },
  };
}

/** Whether the client is the one who is waited for. */
type Watch = (isWaitedFor: boolean) => void;

function respond(answer: HttpAnswer, watch: Watch): Response {
  try {
    return new Response(bodyOf(answer, watch), answer);
  } catch (error) {
    if (!isUnsendable(error)) throw error;
    const instead = unsendable(answer);
    return new Response(instead.body, instead);
  }
}

function bodyOf({ status, body }: HttpAnswer, watch: Watch): Bun.BodyInit | null {
  if (!isHttpStream(body)) return isBodyless(status) ? null : (body as Bun.BodyInit);
  if (!isBodyless(status)) return streamOf(body, watch);
  body.cancel();
  return null;
}

/** Pulled when the client has taken what came before: until the next piece is there the function is the slow one. */
function streamOf(body: HttpStream, watch: Watch): ReadableStream {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          watch(false);
          const bytes = await body.next();
          watch(true);
          if (bytes === undefined) controller.close();
          else controller.enqueue(bytes);
        } catch (error) {
          if (!(error instanceof StreamBroken)) throw error;
          // Bun cuts the connection, and without a reason has nothing to print: it was told to whoever should know.
          controller.error();
        }
      },
      cancel: () => body.cancel(),
    },
    { highWaterMark: 0 },
  );
}

function wrap(
  request: Request,
  server: Bun.Server<undefined>,
  { read, release }: ReturnType<typeof createBody>,
): HttpRequest {
  const { url } = request;
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const fragment = url.indexOf("#", pathStart);
  const end = fragment < 0 ? url.length : fragment;
  const question = url.indexOf("?", pathStart);
  const pathEnd = question < 0 || question > end ? end : question;
  return {
    method: request.method,
    path: url.slice(pathStart, pathEnd),
    query: pathEnd === end ? "" : url.slice(pathEnd + 1, end),
    header: (name) => request.headers.get(name) ?? undefined,
    headers: () => request.headers.entries(),
    get remoteAddress() {
      return server.requestIP(request)?.address ?? "";
    },
    async body(tenant) {
      const body = await read(tenant);
      // From here on we are the slow ones: a function may take 15 minutes.
      server.timeout(request, 0);
      return body;
    },
    release,
    get signal() {
      return request.signal;
    },
  };
}

/** How bodies are read, and how many at once right now. */
interface Reading {
  bytesMax: number;
  bodyMsMax: number;
  shareOut(tenant: string): Share;
  atOnce: number;
}

function createBody(request: Request, reading: Reading) {
  const { bytesMax, bodyMsMax, shareOut } = reading;
  let read = false;
  let share: Share | undefined;
  return {
    wasRead: () => read,
    release: () => share?.release(),
    async read(tenant: string): Promise<HttpBody> {
      const header = request.headers.get("content-length");
      const announced = header === null ? Number.POSITIVE_INFINITY : Number(header);
      if (header !== null && announced > bytesMax) {
        const expect = request.headers.get("expect") ?? undefined;
        if (!isDropped(announced, bytesMax, expect)) return { kind: "tooLarge" };
      }
      share = shareOut(tenant);
      const collector = createCollector(bytesMax, share);
      const late = Promise.withResolvers<void>();
      const inTime = clock.after(bodyMsMax, () => {
        collector.giveUp();
        late.resolve();
      });
      const isAtOnce =
        announced <= listenerLimits.atOnceBytesMax && reading.atOnce < listenerLimits.atOnceMax;
      try {
        await Promise.race([
          isAtOnce || request.body === null
            ? takeAtOnce(request, collector, reading)
            : takePieces(request.body, collector),
          late.promise,
        ]);
        const body = collector.end();
        read = body.kind === "whole";
        return body;
      } catch (error) {
        // The client went away or fell silent: nobody is there to be told.
        if (error instanceof Error) return { kind: "broken" };
        throw error;
      } finally {
        inTime();
      }
    },
  };
}

async function takeAtOnce(request: Request, collector: Collector, reading: Reading): Promise<void> {
  reading.atOnce++;
  try {
    collector.add(await request.bytes());
  } finally {
    reading.atOnce--;
  }
}

async function takePieces(stream: ReadableStream<Uint8Array>, collector: Collector): Promise<void> {
  for await (const piece of stream) if (!collector.add(piece)) break;
}
