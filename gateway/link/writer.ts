/**
 * Writes messages to a link's socket, in their order. A small one leaves at once and in one write; a large body follows its frame's
 * beginning in pieces, one a turn of the loop: encrypting 6 MB in one go would hold everybody else's requests for milliseconds (H3).
 */
import type { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { encodeToEnvironment } from "../../crds/link/codec.ts";
import type { HeadOf, ToEnvironment } from "../../crds/link/messages.ts";
import { linkLimits } from "./limits.ts";

export type SendToEnvironment = <K extends ToEnvironment["type"]>(
  type: K,
  head: HeadOf<ToEnvironment, K>,
  body?: Uint8Array,
) => boolean;

export interface Writer {
  send: SendToEnvironment;
  /** Resolves when what was sent has left, or the connection is gone. */
  drained(): Promise<void>;
}

export function createWriter(socket: Writable): Writer {
  /** What waits for its turn; whatever is sent meanwhile is behind it. */
  let queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let poured = Promise.resolve();

  const put = (piece: Uint8Array) => {
    queue.push(piece);
    queuedBytes += piece.length;
    if (queue.length === 1) poured = pour();
  };
  const pour = async () => {
    while (queue.length > 0) {
      await nextTurn();
      await taken(socket);
      const [piece] = queue;
      if (piece === undefined || !socket.writable) break;
      socket.write(piece);
      queue.shift();
      queuedBytes -= piece.length;
    }
    queue = [];
    queuedBytes = 0;
  };

  return {
    send(type, head, body) {
      if (!socket.writable) return false;
      if (socket.writableLength + queuedBytes > linkLimits.unsentBytesMax) {
        socket.destroy();
        return false;
      }
      const [first, ...others] = piecesOf(...encodeToEnvironment(type, head, body));
      if (queue.length > 0) put(first);
      else socket.write(first);
      for (const piece of others) put(piece);
      return true;
    },
    async drained() {
      await poured;
      await taken(socket);
    },
  };
}

/** The beginning with as much of the body as goes with it, which is all of a small one. */
function piecesOf(start: Uint8Array, body: Uint8Array): [Uint8Array, ...Uint8Array[]] {
  if (body.length === 0) return [start];
  const { pieceBytesMax } = linkLimits;
  const pieces: [Uint8Array, ...Uint8Array[]] = [Buffer.concat([start, body.subarray(0, pieceBytesMax)])];
  for (let offset = pieceBytesMax; offset < body.length; offset += pieceBytesMax)
    pieces.push(body.subarray(offset, offset + pieceBytesMax));
  return pieces;
}

/** Resolves when the socket takes more, or is gone. */
function taken(socket: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed || !socket.writableNeedDrain) {
      resolve();
      return;
    }
    const done = () => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}
