/** Collects a body up to a limit. Past it the rest is read and dropped, within reason, so that the client lives to see its 413. */
import { discardBytesMax } from "../limits.ts";
import type { BodySink } from "./http/connection.ts";
import { HttpError } from "./http/head.ts";

export type Collected =
  | { kind: "whole"; body: Uint8Array; trailers: ReadonlyMap<string, string> }
  | { kind: "oversize" }
  | { kind: "cut" };

export function collect(bytesMax: number, done: (collected: Collected) => void): BodySink {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  return {
    chunk(piece) {
      bytes += piece.length;
      if (bytes > bytesMax + discardBytesMax) throw new HttpError(413, "the body goes on and on");
      if (bytes > bytesMax) pieces = [];
      else pieces.push(piece);
    },
    end(trailers) {
      if (bytes > bytesMax) done({ kind: "oversize" });
      else
        done({
          kind: "whole",
          trailers,
          body: pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces),
        });
    },
    // What was already too large is so whoever broke it off, we or the client: sending it again would help nobody.
    cut: () => done({ kind: bytes > bytesMax ? "oversize" : "cut" }),
  };
}
