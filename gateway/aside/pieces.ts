/**
 * A body as it came, piece by piece: it stays in pieces until it is where it is read. A large one is read in a thread and joined there,
 * for joining 6 MB on the loop would hold it for milliseconds in one go (H3).
 */
import { asideLimits } from "./limits.ts";

export type Pieces = readonly Uint8Array[];

export interface Gathering {
  add(piece: Uint8Array): void;
  /** What was added, in its order; nothing is left. */
  take(): Pieces;
}

/** Large pieces stay what they are; small ones are joined as they come, for each costs more than its bytes. */
export function gatherPieces(): Gathering {
  let pieces: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let smallBytes = 0;

  const joinSmall = () => {
    if (small.length > 0) pieces.push(join(small));
    small = [];
    smallBytes = 0;
  };

  return {
    add(piece) {
      if (piece.length >= asideLimits.pieceBytesMin) {
        joinSmall();
        pieces.push(piece);
        return;
      }
      small.push(piece);
      smallBytes += piece.length;
      if (smallBytes >= asideLimits.pieceBytesMin) joinSmall();
    },
    take() {
      joinSmall();
      const taken = pieces;
      pieces = [];
      return taken;
    },
  };
}

export function lengthOf(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** A single piece is not copied. */
export function join(pieces: Pieces): Uint8Array {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
}
