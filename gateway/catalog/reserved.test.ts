import { expect, test } from "vitest";
import { aFunction } from "../../kernel/testing/objects.ts";
import { reservedOf } from "./reserved.ts";

test.each([
  ["nothing is reserved", undefined, undefined, undefined],
  ["as granted", 20, 20, 20],
  ["more than granted waits for its grant", 50, 20, 20],
  ["a first one too", 50, undefined, undefined],
  ["less holds at once", 10, 20, 10],
  ["0 stops the function at once", 0, undefined, 0],
  ["taken out of the spec, it is gone at once", undefined, 20, undefined],
])("%s", (_, asked, granted, reserved) => {
  const of = aFunction(
    asked === undefined ? {} : { reservedConcurrency: asked },
    {},
    granted === undefined ? {} : { reservedConcurrency: granted },
  );
  expect(reservedOf(of)).toBe(reserved);
});
