/** Reads the body of an HTTP/1.1 request: by length, or chunked with trailers. Pure: bytes in, data and what is left over out. */
import { apiHeadBytesMax } from "../../limits.ts";
import { HttpError, parseFields, type RequestHead } from "./head.ts";

export interface BodyPart {
  data: Uint8Array[];
  /** Set once the body is complete. */
  done?: { trailers: ReadonlyMap<string, string>; rest: Uint8Array };
}

export interface BodyReader {
  push(bytes: Uint8Array): BodyPart;
}

const none: ReadonlyMap<string, string> = new Map();

/** Chooses the reader; refuses lengths that are none, and a request that claims both framings (request smuggling). */
export function createBodyReader(head: RequestHead): BodyReader {
  const length = head.headers.get("content-length");
  const coding = head.headers.get("transfer-encoding");
  if (coding !== undefined) {
    if (length !== undefined || coding.toLowerCase() !== "chunked")
      throw new HttpError(400, "bad body framing");
    return createChunkedReader();
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length))
    throw new HttpError(400, "content-length is no number");
  return createLengthReader(Number(length ?? 0));
}

function createLengthReader(bytes: number): BodyReader {
  let missing = bytes;
  return {
    push(chunk) {
      const data = chunk.subarray(0, missing);
      missing -= data.length;
      const part: BodyPart = { data: data.length > 0 ? [data] : [] };
      return missing > 0 ? part : { ...part, done: { trailers: none, rest: chunk.subarray(data.length) } };
    },
  };
}

type ChunkState =
  | { at: "size" }
  | { at: "data"; missing: number }
  | { at: "dataEnd" }
  | { at: "trailers"; lines: string[]; bytes: number };

/** The longest line that may hold a chunk's size and its extensions. */
const sizeLineBytesMax = 256;

function createChunkedReader(): BodyReader {
  let state: ChunkState = { at: "size" };
  let held: Uint8Array = new Uint8Array(0);

  /** Takes one line off `held`, or nothing while its end has not come. */
  function takeLine(bytesMax: number): string | undefined {
    const end = held.indexOf(10);
    if (end > bytesMax || (end < 0 && held.length > bytesMax)) throw new HttpError(400, "a line is too long");
    if (end < 0) return undefined;
    const line = Buffer.from(held.buffer, held.byteOffset, end).toString("latin1");
    held = held.subarray(end + 1);
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  return {
    push(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const part: BodyPart = { data: [] };
      for (;;) {
        if (state.at === "data") {
          const data = held.subarray(0, state.missing);
          if (data.length > 0) part.data.push(data);
          held = held.subarray(data.length);
          state = { at: "data", missing: state.missing - data.length };
          if (state.missing > 0) return part;
          state = { at: "dataEnd" };
        }
        const line = takeLine(state.at === "trailers" ? apiHeadBytesMax : sizeLineBytesMax);
        if (line === undefined) return part;
        switch (state.at) {
          case "size": {
            const size = /^([0-9a-fA-F]{1,8})\s*(;.*)?$/.exec(line)?.[1];
            if (size === undefined) throw new HttpError(400, "a chunk's size is no number");
            const missing = Number.parseInt(size, 16);
            state = missing > 0 ? { at: "data", missing } : { at: "trailers", lines: [], bytes: 0 };
            break;
          }
          case "dataEnd":
            if (line !== "") throw new HttpError(400, "a chunk is longer than its size");
            state = { at: "size" };
            break;
          case "trailers": {
            if (line === "") {
              const trailers = state.lines.length > 0 ? parseFields(state.lines, 0) : none;
              return { ...part, done: { trailers, rest: held } };
            }
            const bytes = state.bytes + line.length;
            if (bytes > apiHeadBytesMax) throw new HttpError(431, "the trailers are too large");
            state.lines.push(line);
            state.bytes = bytes;
            break;
          }
        }
      }
    },
  };
}
