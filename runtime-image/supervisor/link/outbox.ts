/** What is to be sent over one link: frames of one turn of the event loop leave in one write, large bodies uncopied. */
import { encodeToGateway } from "../../../crds/link/codec.ts";
import type { HeadOf, ToGateway } from "../../../crds/link/messages.ts";
import type { ClockDep } from "../clock/clock.ts";
import { outboxBytesMax, streamAheadBytesMax, unhurriedMsMax } from "../limits.ts";

/** A write smaller than this is joined with its neighbours; larger bodies are not copied. */
const joinBytesMax = 64 * 1024;

export type Send = <K extends ToGateway["type"]>(
  type: K,
  head: HeadOf<ToGateway, K>,
  body?: Uint8Array,
) => void;

/** The part of a socket that the outbox needs. */
export interface Sink {
  /** Calls back when the bytes have left. */
  write(bytes: Uint8Array, left: () => void): unknown;
}

export interface Outbox {
  send: Send;
  /** Sends frames already encoded. */
  write(pieces: Uint8Array[]): void;
  /** The same for frames nobody waits for: they go with the next ones, or by themselves after a few milliseconds. */
  writeUnhurried(pieces: Uint8Array[]): void;
  /** True while the gateway is behind with reading. */
  behind(): boolean;
  /** Calls back once everything sent has left. */
  drained(callback: () => void): void;
  /** Sends now what waits for the turn's end. */
  flush(): void;
}

export function createOutbox({ clock }: ClockDep, sink: Sink, overflow: () => void): Outbox {
  let queue: Uint8Array[] = [];
  let isScheduled = false;
  let isTimed = false;
  let unsentBytes = 0;
  let waiting: Array<() => void> = [];

  function flush(): void {
    isScheduled = false;
    const pieces = queue;
    queue = [];
    let small: Uint8Array[] = [];
    for (const piece of pieces) {
      if (piece.length < joinBytesMax) {
        small.push(piece);
        continue;
      }
      emit(small);
      emit([piece]);
      small = [];
    }
    emit(small);
    if (unsentBytes > outboxBytesMax) overflow();
  }

  function emit(pieces: Uint8Array[]): void {
    const [first] = pieces;
    if (first === undefined) return;
    const bytes = pieces.length === 1 ? first : Buffer.concat(pieces);
    unsentBytes += bytes.length;
    sink.write(bytes, () => left(bytes.length));
  }

  function left(bytes: number): void {
    unsentBytes -= bytes;
    if (unsentBytes > 0 || waiting.length === 0) return;
    const callbacks = waiting;
    waiting = [];
    for (const callback of callbacks) callback();
  }

  function put(pieces: Uint8Array[]): void {
    for (const piece of pieces) if (piece.length > 0) queue.push(piece);
  }

  function write(pieces: Uint8Array[]): void {
    put(pieces);
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(flush);
  }

  /** The timer is left to run when the frames go sooner: at most one is set in its time, however many invocations pass. */
  function writeUnhurried(pieces: Uint8Array[]): void {
    put(pieces);
    if (isTimed) return;
    isTimed = true;
    clock.after(unhurriedMsMax, () => {
      isTimed = false;
      flush();
    });
  }

  return {
    write,
    writeUnhurried,
    flush,
    send: (type, head, body) => write(encodeToGateway(type, head, body)),
    behind: () => unsentBytes > streamAheadBytesMax,
    drained(callback) {
      flush();
      if (unsentBytes === 0) queueMicrotask(callback);
      else waiting.push(callback);
    },
  };
}
