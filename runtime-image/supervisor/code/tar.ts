/**
 * Reads a plain tar archive (ustar, with GNU and pax long names) as it comes, never holding more of it than a header. The
 * operator repacked it and checked every path; this reader refuses anything that leaves its root all the same, since it
 * runs where the harm would be.
 */
import { entriesMax } from "../limits.ts";
import { isEnd, readHeader, TarError, type TarHeader } from "./tar-header.ts";
import { readPax, safePath, safeTarget } from "./tar-names.ts";

/** Takes what the archive holds, in its order. File data follows its `file`, until `fileEnd`. */
export interface TarSink {
  directory(path: string, mode: number): void;
  symlink(path: string, target: string): void;
  file(path: string, mode: number): void;
  data(bytes: Uint8Array): void;
  fileEnd(): void;
}

export interface TarReader {
  push(bytes: Uint8Array): void;
  /** Throws when the archive is not complete. */
  end(): void;
}

const blockBytes = 512;
/** Long names and pax records are small facts. */
const namesBytesMax = 64 * 1024;

type State =
  | { at: "header" }
  /** A file's data, or (`names`) a long name's, then zeros up to the block's end. */
  | { at: "data"; missing: number; padding: number; names?: { type: string; pieces: Uint8Array[] } }
  | { at: "padding"; missing: number }
  | { at: "ended" };

export function createTarReader(sink: TarSink): TarReader {
  let state: State = { at: "header" };
  let held: Uint8Array = new Uint8Array(0);
  let entries = 0;
  let longPath: string | undefined;
  let longTarget: string | undefined;

  function open(header: TarHeader): void {
    const { type, size } = header;
    const padding = (blockBytes - (size % blockBytes)) % blockBytes;
    if ("LKxg".includes(type)) {
      if (size > namesBytesMax) throw new TarError(`a long name of ${size} bytes`);
      state = { at: "data", missing: size, padding, names: { type, pieces: [] } };
      return;
    }
    entries += 1;
    if (entries > entriesMax) throw new TarError(`more than ${entriesMax} entries`);
    const path = safePath(longPath ?? header.path);
    const target = longTarget ?? header.target;
    longPath = undefined;
    longTarget = undefined;
    if (type === "0" || type === "\0") sink.file(path, header.mode);
    else if (type === "5") sink.directory(path, header.mode);
    else if (type === "2") sink.symlink(path, safeTarget(path, target));
    else throw new TarError(`${path}: an entry of type ${JSON.stringify(type)} is not allowed`);
    if (type !== "0" && type !== "\0") state = { at: "padding", missing: size + padding };
    else if (size > 0) state = { at: "data", missing: size, padding };
    else sink.fileEnd();
  }

  function closeNames({ type, pieces }: { type: string; pieces: Uint8Array[] }): void {
    const data = Buffer.concat(pieces);
    const end = data.indexOf(0);
    const name = data.toString("utf8", 0, end < 0 ? data.length : end);
    if (type === "L") longPath = name;
    if (type === "K") longTarget = name;
    if (type !== "x") return;
    const pax = readPax(data);
    longPath = pax.get("path") ?? longPath;
    longTarget = pax.get("linkpath") ?? longTarget;
  }

  /** Works off some of `held`; false when more is needed. */
  function step(): boolean {
    switch (state.at) {
      case "header": {
        if (held.length < blockBytes) return false;
        const block = held.subarray(0, blockBytes);
        held = held.subarray(blockBytes);
        if (isEnd(block)) state = { at: "ended" };
        else open(readHeader(block));
        return true;
      }
      case "data": {
        const { missing, padding, names } = state;
        const bytes = held.subarray(0, missing);
        held = held.subarray(bytes.length);
        // Names outlive this chunk, whose memory may be used again.
        if (names !== undefined) names.pieces.push(new Uint8Array(bytes));
        else if (bytes.length > 0) sink.data(bytes);
        if (bytes.length < missing) {
          state = { ...state, missing: missing - bytes.length };
          return false;
        }
        if (names === undefined) sink.fileEnd();
        else closeNames(names);
        state = { at: "padding", missing: padding };
        return true;
      }
      case "padding": {
        const bytes = Math.min(held.length, state.missing);
        held = held.subarray(bytes);
        const missing = state.missing - bytes;
        state = missing > 0 ? { at: "padding", missing } : { at: "header" };
        return missing === 0;
      }
      case "ended":
        held = held.subarray(held.length);
        return false;
    }
  }

  return {
    push(bytes) {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      while (step());
      if (held.length > 0) held = new Uint8Array(held);
    },
    end() {
      if (state.at !== "ended") throw new TarError("the archive ends without its end mark");
    },
  };
}
