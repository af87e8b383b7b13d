import { expect, test } from "vitest";
import { merge, valuesOf } from "./values.ts";

test("values given win over the ones made, deep inside", () => {
  const values = valuesOf({ images: {} }, 8080, {
    settings: { urls: { pathForm: false }, pools: { sizeMin: 2 } },
  });
  expect(values).toMatchObject({
    settings: { urls: { port: 8080, pathForm: false }, pools: { sizeMin: 2 } },
  });
});

test("a list replaces a list", () => {
  expect(merge({ a: [1, 2], b: { c: 1 } }, { a: [3] })).toEqual({ a: [3], b: { c: 1 } });
});
