import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { draw } from "./draw.ts";

const shares = (weight: number) => [
  { version: "1", weight: 1 - weight },
  { version: "2", weight },
];

test("V2: over evenly spread chances each version gets exactly its weight's share", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), (perMille) => {
      const drawn = Array.from({ length: 1000 }, (_, index) =>
        draw(shares(perMille / 1000), (index + 0.5) / 1000),
      );
      expect(drawn.filter((one) => one?.version === "2")).toHaveLength(perMille);
    }),
  );
});

test("a version of weight 0 is never drawn, and something always is", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
      expect(draw(shares(0), chance)?.version).toBe("1");
      expect(draw(shares(1), chance)?.version).toBe("2");
      // Weights that add up to a little less than 1 in floating point.
      const rounded = [
        { version: "1", weight: 0.1 + 0.2 },
        { version: "2", weight: 0.69999999 },
      ];
      expect(draw(rounded, chance)).toBeDefined();
    }),
  );
});
