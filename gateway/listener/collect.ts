/** A body as it comes, piece by piece: kept while it may be; what is refused is taken and dropped, so that its client reads why. */
import { gatherPieces } from "../aside/pieces.ts";
import type { HttpBody } from "./http.ts";
import { listenerLimits } from "./limits.ts";
import type { Share } from "./room.ts";

export interface Collector {
  /** False when no more of it is taken. */
  add(piece: Uint8Array): boolean;
  /** It took too long: whatever comes of it now is dropped. */
  giveUp(): void;
  end(): HttpBody;
}

type Refusal = Exclude<HttpBody["kind"], "whole">;

export function createCollector(bytesMax: number, share: Share): Collector {
  let pieces = gatherPieces();
  let bytes = 0;
  let refusal: Refusal | undefined;

  const refuse = (why: Refusal) => {
    refusal = why;
    pieces = gatherPieces();
    share.release();
  };

  return {
    add(piece) {
      bytes += piece.length;
      if (refusal === "broken") return false;
      if (bytes > bytesMax) refuse("tooLarge");
      else if (refusal === undefined && !share.take(piece.length)) refuse("noRoom");
      else if (refusal === undefined) pieces.add(piece);
      return bytes <= bytesMax + listenerLimits.droppedBytesMax;
    },
    giveUp: () => refuse("broken"),
    end() {
      return refusal === undefined ? { kind: "whole", pieces: pieces.take() } : { kind: refusal };
    },
  };
}
