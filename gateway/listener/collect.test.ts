/** A body as it is taken: no more than it may be, and never copied to be one. */
import { expect, test } from "vitest";
import { createCollector } from "./collect.ts";
import { createRoom } from "./room.ts";

const megabyte = 1024 * 1024;
const shareOut = createRoom({ bytesMax: 6 * megabyte, bytesMaxPerTenant: 6 * megabyte });

test("a large body that came in pieces stays in pieces: joining it would hold the loop in one go (H3)", () => {
  const share = shareOut("a");
  const collector = createCollector(6 * megabyte, share);
  const pieces = Array.from({ length: 6 }, (_, fill) => new Uint8Array(megabyte).fill(fill));
  for (const piece of pieces) expect(collector.add(piece)).toBe(true);
  const body = collector.end();
  expect(body.kind === "whole" && body.pieces.every((piece, index) => piece === pieces[index])).toBe(true);
  share.release();
});

test.each([
  ["tooLarge", 2 * megabyte - 1, 0],
  ["noRoom", 6 * megabyte, 5 * megabyte],
] as const)("of a body that is %s nothing is kept", (kind, bytesMax, heldByOthers) => {
  const others = shareOut("a");
  others.take(heldByOthers);
  const collector = createCollector(bytesMax, shareOut("a"));
  for (let piece = 0; piece < 2; piece++) collector.add(new Uint8Array(megabyte));
  expect(collector.end()).toEqual({ kind });
  others.release();
});
