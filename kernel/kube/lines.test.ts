import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { linesOf } from "./lines.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test("gives the lines as they were, wherever the network cuts them, characters included", async () => {
  const line = fc
    .string({ unit: "grapheme", minLength: 1 })
    .filter((one) => one.trim() !== "" && !one.includes("\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 7 }), async (lines, size) => {
      expect(await Array.fromAsync(linesOf(inPieces(lines.join("\n"), size)))).toEqual(lines);
    }),
  );
});

test("gives up on a line without end", async () => {
  await expect(Array.fromAsync(linesOf(inPieces("x".repeat(100), 10), 50))).rejects.toThrow(
    "over 50 characters",
  );
});
