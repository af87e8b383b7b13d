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
 * Reads frames from a byte stream. `push` returns the frames completed by the chunk; bodies are views or, when a frame
 * spanned chunks, one joined copy. Throws FrameError past `frameBytesMax` or on a head that is not JSON.
 */
export function createFrameReader(bytesMax = frameBytesMax): { push(chunk: Uint8Array): Frame[] } {
  let pieces: Uint8Array[] = [];
  let pieceBytes = 0;
  let need = lengthBytes;

  return {
    push(chunk) {
      const frames: Frame[] = [];
      pieces.push(chunk);
      pieceBytes += chunk.length;
      while (pieceBytes >= need) {
        const buffer = pieces.length === 1 ? (pieces[0] as Uint8Array) : join(pieces, pieceBytes);
        const length = new DataView(buffer.buffer, buffer.byteOffset).getUint32(0);
        if (length < prefixBytes || length > bytesMax) {
          throw new FrameError(`a frame of ${length} bytes; ${prefixBytes} to ${bytesMax} are allowed`);
        }
        const end = lengthBytes + length;
        if (buffer.length < end) {
          pieces = [buffer];
          need = end;
          break;
        }
        frames.push(decode(buffer.subarray(lengthBytes, end)));
        const rest = buffer.subarray(end);
        pieces = rest.length > 0 ? [rest] : [];
        pieceBytes = rest.length;
        need = lengthBytes;
      }
      return frames;
    },
  };
}

function decode(bytes: Uint8Array): Frame {
  const word = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const headBytes = word & 0xffffff;
  if (headBytes > headBytesMax || prefixBytes + headBytes > bytes.length) {
    throw new FrameError(`a head of ${headBytes} bytes in a frame of ${bytes.length}`);
  }
  const headEnd = prefixBytes + headBytes;
  try {
    const head: unknown = JSON.parse(decoder.decode(bytes.subarray(prefixBytes, headEnd)));
    return { code: word >>> 24, head, body: bytes.subarray(headEnd) };
  } catch (cause) {
    throw new FrameError("a frame's head is not JSON", { cause });
  }
}

function join(pieces: Uint8Array[], bytes: number): Uint8Array {
  const joined = new Uint8Array(bytes);
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
