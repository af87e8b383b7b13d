/** Bodies in pieces: the same bytes, large ones uncopied, and never many pieces of few bytes. */
import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { asideLimits } from "./limits.ts";
import { gatherPieces, join, lengthOf } from "./pieces.ts";

const { pieceBytesMin } = asideLimits;

test("what was added is all there, in its order, in no more pieces than its bytes are worth", () => {
  const sizes = fc.array(fc.oneof(fc.nat(9), fc.nat(2 * pieceBytesMin)), { maxLength: 30 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const added = lengths.map((length, index) => new Uint8Array(length).fill(index));
      const gathering = gatherPieces();
      for (const piece of added) gathering.add(piece);
      const pieces = gathering.take();
      expect(lengthOf(pieces)).toBe(lengthOf(added));
      expect(Buffer.concat(added).equals(join(pieces))).toBe(true);
      expect(pieces.length).toBeLessThanOrEqual(2 * Math.ceil(lengthOf(added) / pieceBytesMin) + 1);
      expect(gathering.take()).toEqual([]);
    }),
  );
});

test("a large piece is not copied, nor one that came alone", () => {
  const large = new Uint8Array(pieceBytesMin);
  const small = new Uint8Array(10);
  const gathering = gatherPieces();
  for (const piece of [large, small, large]) gathering.add(piece);
  const pieces = gathering.take();
  expect(pieces.map((piece) => [large, small].findIndex((one) => one === piece))).toEqual([0, 1, 0]);
  expect(join([small])).toBe(small);
});
