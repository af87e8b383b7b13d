/**
 * One connection of the Runtime API: requests in, one reply each, keep-alive, pipelining. It knows HTTP and nothing of Lambda.
 */
import { apiHeadBytesMax, apiJoinBytesMax, apiPipelinedBytesMax } from "../../limits.ts";
import { type BodyReader, createBodyReader } from "./body.ts";
import { HttpError, parseHead, type RequestHead } from "./head.ts";
import { encodeReply, type Reply } from "./reply.ts";

/** Where a request's body goes, in the order it comes. `cut` instead of `end` when the client went away in the middle. */
export interface BodySink {
  chunk(bytes: Uint8Array): void;
  end(trailers: ReadonlyMap<string, string>): void;
  cut(): void;
}

/** One request and the way to answer it, once. */
export interface Exchange {
  head: RequestHead;
  reply(reply: Reply): void;
  /** True once the client is gone, when a reply would reach nobody. */
  closed(): boolean;
  /** Stops and restarts reading the body, when what takes it is slower than the client. */
  pause(): void;
  resume(): void;
}

export type Handle = (exchange: Exchange) => BodySink;

/** What the connection needs of its socket. */
export interface Wire {
  write(bytes: Uint8Array): void;
  close(): void;
  pause(): void;
  resume(): void;
}

type State =
  | { at: "head" }
  | { at: "body"; body: BodyReader; sink: BodySink; close: boolean; reply?: Reply }
  | { at: "reply"; close: boolean }
  | { at: "closed" };

export interface Connection {
  push(bytes: Uint8Array): void;
  closed(): void;
}

/** A body that nobody wants. */
export const ignored: BodySink = { chunk: () => {}, end: () => {}, cut: () => {} };

const continueLine = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");
const headEnd = Buffer.from("\r\n\r\n");

export function createConnection(wire: Wire, handle: Handle): Connection {
  let state: State = { at: "head" };
  let held: Buffer = Buffer.alloc(0);
  /** Replies that have not been written yet. */
  let unwritten: Uint8Array[] = [];

  /**
   * A reply whose client has already sent its next request waits for that request's reply, and both leave in one write: who
   * pipelines does not wait. Our Node.js runtime asks for the next event with its response; the 202 then goes with that event.
   */
  function flush(): void {
    if (unwritten.length === 0 || state.at === "reply") return;
    const pieces = joined(unwritten);
    unwritten = [];
    for (const piece of pieces) wire.write(piece);
  }

  function refuse(error: unknown): void {
    if (!(error instanceof HttpError)) throw error;
    const interrupted = state;
    state = { at: "closed" };
    if (interrupted.at === "body") interrupted.sink.cut();
    const body = { errorType: "InvalidRequest", errorMessage: error.message };
    unwritten.push(...encodeReply({ status: error.status, json: body }, true));
    flush();
    wire.close();
  }

  function finish(reply: Reply, close: boolean): void {
    unwritten.push(...encodeReply(reply, close));
    state = close ? { at: "closed" } : { at: "head" };
    if (!close) return;
    flush();
    wire.close();
  }

  function open(text: string): void {
    const head = parseHead(text);
    const body = createBodyReader(head);
    let answered = false;
    const isClosed = () => state.at === "closed";
    const exchange: Exchange = {
      head,
      closed: isClosed,
      pause: wire.pause,
      resume: wire.resume,
      reply(reply) {
        if (answered || isClosed()) return;
        answered = true;
        if (state.at === "body") {
          state = { ...state, reply };
        } else {
          finish(reply, head.close);
          run();
        }
      },
    };
    if (head.headers.get("expect")?.toLowerCase() === "100-continue") unwritten.push(continueLine);
    // The handler may answer at once, so the state must already be the body's when it is called.
    state = { at: "body", body, sink: ignored, close: head.close };
    const sink = handle(exchange);
    if (state.at === "body") state = { ...state, sink };
  }

  /** Works off what is held until more input, or a reply, is needed. */
  function step(): boolean {
    switch (state.at) {
      case "head": {
        const end = held.indexOf(headEnd);
        if (end > apiHeadBytesMax || (end < 0 && held.length > apiHeadBytesMax)) {
          throw new HttpError(431, `the head is over ${apiHeadBytesMax} bytes`);
        }
        if (end < 0) return false;
        const text = held.toString("latin1", 0, end);
        held = held.subarray(end + headEnd.length);
        open(text);
        return true;
      }
      case "body": {
        const current = state;
        const { data, done } = current.body.push(held);
        held = Buffer.alloc(0);
        for (const bytes of data) current.sink.chunk(bytes);
        if (done === undefined) return false;
        held = Buffer.from(done.rest.buffer, done.rest.byteOffset, done.rest.length);
        const early = state.at === "body" ? state.reply : undefined;
        state = { at: "reply", close: current.close };
        current.sink.end(done.trailers);
        if (early !== undefined) finish(early, current.close);
        return true;
      }
      case "reply":
        if (held.length > apiPipelinedBytesMax)
          throw new HttpError(400, "too much was sent before the reply");
        return false;
      case "closed":
        return false;
    }
  }

  let running = false;
  function run(): void {
    if (running) return;
    running = true;
    try {
      while (step());
    } catch (error) {
      refuse(error);
    } finally {
      running = false;
      flush();
    }
  }

  return {
    push(bytes) {
      held =
        held.length === 0
          ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
          : Buffer.concat([held, bytes]);
      run();
    },
    closed() {
      const interrupted = state;
      state = { at: "closed" };
      if (interrupted.at === "body") interrupted.sink.cut();
    },
  };
}

/** What is small leaves in one write. */
function joined(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return pieces.length === 1 || bytes > apiJoinBytesMax ? pieces : [Buffer.concat(pieces)];
}
