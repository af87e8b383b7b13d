/**
 * A response on its way from a link to a slower caller. It holds a bounded number of bytes: past it the link is not read any more,
 * so that the environment's supervisor, and with it the runtime, waits for the caller, and nobody else does.
 */
import type { LinkError } from "../../crds/link/messages.ts";
import { invokeLimits } from "./limits.ts";

export type StreamPart =
  | { kind: "bytes"; bytes: Uint8Array }
  /** The last part, again and again. With an error the response broke off. */
  | { kind: "end"; error: LinkError | undefined; logTail: string | undefined };

/** The caller's side. One `next` at a time. */
export interface ResponseStream {
  next(): Promise<StreamPart>;
  /** The caller is gone: what still comes is thrown away, and nobody waits for it. */
  cancel(): void;
}

/** The link's side. */
export interface StreamFeed {
  stream: ResponseStream;
  push(bytes: Uint8Array): void;
  /** The first end counts. */
  end(error: LinkError | undefined, logTail?: string): void;
}

/** What stops and restarts the sender. */
export interface Brake {
  pause(): void;
  resume(): void;
}

/** A function may write byte by byte: each piece costs more than its bytes. */
const costOf = (piece: Uint8Array) => piece.length + invokeLimits.streamPieceBytes;

export function createResponseStream(brake: Brake): StreamFeed {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let isPaused = false;
  let isCancelled = false;
  let end: (StreamPart & { kind: "end" }) | undefined;
  let wake: ((part: StreamPart) => void) | undefined;

  const take = (): StreamPart | undefined => {
    const first = parts.shift();
    if (first === undefined) return end;
    bytes -= costOf(first);
    if (bytes <= invokeLimits.streamAheadBytesMax / 2) release();
    return { kind: "bytes", bytes: first };
  };
  const release = () => {
    if (!isPaused) return;
    isPaused = false;
    brake.resume();
  };
  const offer = () => {
    const taker = wake;
    const part = taker === undefined ? undefined : take();
    if (taker === undefined || part === undefined) return;
    wake = undefined;
    taker(part);
  };

  return {
    push(piece) {
      if (isCancelled || end !== undefined || piece.length === 0) return;
      parts.push(piece);
      bytes += costOf(piece);
      offer();
      if (isPaused || bytes <= invokeLimits.streamAheadBytesMax) return;
      isPaused = true;
      brake.pause();
    },
    end(error, logTail) {
      end ??= { kind: "end", error, logTail };
      // Nothing more comes of this response, and the link may soon carry another's.
      release();
      offer();
    },
    stream: {
      next: () =>
        new Promise((resolve) => {
          wake = resolve;
          offer();
        }),
      cancel() {
        isCancelled = true;
        parts.length = 0;
        bytes = 0;
        release();
      },
    },
  };
}
