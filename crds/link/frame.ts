/**
 * Frames of the link: `u32 length | u8 code | u24 headBytes | head (JSON, UTF-8) | body (raw bytes)`, big-endian,
 * where `length` counts everything after itself. Payloads travel as raw bodies and are never parsed or copied into JSON.
 */

/** A frame's prefix after the length: message code and head size. */
const prefixBytes = 4;
const lengthBytes = 4;

/** The largest frame either side accepts: a 6 MB payload with its head, and room to spare; past it the link is closed. */
export const frameBytesMax = 8 * 1024 * 1024;

/** Heads are small facts (environment variables are ≤ 4 KB); one larger than this is an attack or a bug. */
export const headBytesMax = 256 * 1024;

const emptyBody = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Frame {
  code: number;
  head: unknown;
  body: Uint8Array;
}

/** Encodes one frame as two pieces, prefix + head and the body untouched, so that a large payload is never copied. */
export function encodeFrame(
  code: number,
  head: unknown,
  body: Uint8Array = emptyBody,
): [Uint8Array, Uint8Array] {
  const headJson = encoder.encode(JSON.stringify(head));
  const start = new Uint8Array(lengthBytes + prefixBytes + headJson.length);
  const view = new DataView(start.buffer);
  view.setUint32(0, prefixBytes + headJson.length + body.length);
  view.setUint32(lengthBytes, (code << 24) | headJson.length);
  start.set(headJson, lengthBytes + prefixBytes);
  return [start, body];
}

/** A link's peer broke the framing; the link cannot go on. */
export class FrameError extends Error {
  override name = "FrameError";
}

/**
 * Reads frames from a byte stream. `push` returns the frames completed by the chunk; bodies are views or, when they spanned
 * chunks, copies with a buffer of their own. Throws FrameError past `frameBytesMax` or on a head that is not JSON.
 */
export function createFrameReader(bytesMax = frameBytesMax): { push(chunk: Uint8Array): Frame[] } {
  let pieces: Uint8Array[] = [];
  let pieceBytes = 0;
  /** Where the frame at the front ends, once its length has come. */
  let end: number | undefined;

  return {
    push(chunk) {
      const frames: Frame[] = [];
      pieces.push(chunk);
      pieceBytes += chunk.length;
      while (pieceBytes >= (end ?? lengthBytes)) {
        if (end === undefined) {
          const length = wordOf(pieces, 0);
          if (length < prefixBytes || length > bytesMax) {
            throw new FrameError(`a frame of ${length} bytes; ${prefixBytes} to ${bytesMax} are allowed`);
          }
          end = lengthBytes + length;
          continue;
        }
        frames.push(decode(pieces, end));
        pieceBytes -= end;
        end = undefined;
        // What is left is of the chunk that completed the frame.
        pieces = pieceBytes > 0 ? [chunk.subarray(chunk.length - pieceBytes)] : [];
      }
      return frames;
    },
  };
}

/** The frame that the pieces begin with. */
function decode(pieces: readonly Uint8Array[], end: number): Frame {
  const word = wordOf(pieces, lengthBytes);
  const headBytes = word & 0xffffff;
  const headStart = lengthBytes + prefixBytes;
  const headEnd = headStart + headBytes;
  if (headBytes > headBytesMax || headEnd > end) {
    throw new FrameError(`a head of ${headBytes} bytes in a frame of ${end - lengthBytes}`);
  }
  try {
    const head: unknown = JSON.parse(decoder.decode(slice(pieces, headStart, headEnd)));
    return { code: word >>> 24, head, body: slice(pieces, headEnd, end) };
  } catch (cause) {
    throw new FrameError("a frame's head is not JSON", { cause });
  }
}

function wordOf(pieces: readonly Uint8Array[], at: number): number {
  const bytes = slice(pieces, at, at + 4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

/** A view where one piece holds all of it. */
function slice(pieces: readonly Uint8Array[], from: number, to: number): Uint8Array {
  let start = 0;
  for (const piece of pieces) {
    const end = start + piece.length;
    if (from < end) return to <= end ? piece.subarray(from - start, to - start) : copy(pieces, from, to);
    start = end;
  }
  return emptyBody;
}

function copy(pieces: readonly Uint8Array[], from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let start = 0;
  for (const piece of pieces) {
    if (start >= to) break;
    const part = piece.subarray(Math.max(0, from - start), Math.max(0, to - start));
    bytes.set(part, Math.max(0, start - from));
    start += piece.length;
  }
  return bytes;
}
