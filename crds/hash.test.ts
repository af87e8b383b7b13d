import { describe, expect, test } from "vitest";
import { fc } from "../test/support/properties.ts";
import { canonicalHash, canonicalJson, type Json, shortHash } from "./hash.ts";

const json = fc.jsonValue() as fc.Arbitrary<Json>;

describe("canonical JSON", () => {
  test("is JSON of the same value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("does not depend on the order of fields", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });

  test("leaves absent fields out", () => {
    expect(canonicalJson({ b: undefined, a: [1, { d: 2, c: null }] })).toBe('{"a":[1,{"c":null,"d":2}]}');
  });
});

test("the hash is SHA-256 of the canonical text", () => {
  expect(canonicalHash({})).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
});

test("a short hash has the length asked for and label-safe letters only", () => {
  fc.assert(
    fc.property(json, fc.integer({ min: 1, max: 64 }), (value, length) => {
      expect(shortHash(value, length)).toMatch(new RegExp(`^[a-z0-9]{${length}}$`));
    }),
  );
});

test("a secret changes the short hash", () => {
  expect(shortHash("a", 32, "one")).not.toBe(shortHash("a", 32, "two"));
  expect(shortHash("a", 32, "one")).not.toBe(shortHash("a", 32));
});
