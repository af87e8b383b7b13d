import { expect, test } from "vitest";
import { merge, valuesOf } from "./values.ts";

const made = { images: {}, pushed: undefined, publicPort: 8080, homeAddress: undefined };

test("the machine that reaches pods directly may call the API", () => {
  const values = valuesOf({ ...made, homeAddress: "10.9.0.1" }, {});
  expect(JSON.stringify(values.networkPolicies)).toContain("10.9.0.1/32");
});

test("values given win over the ones made, deep inside", () => {
  const values = valuesOf(made, {
    settings: { urls: { pathForm: false }, pools: { sizeMin: 2 } },
  });
  expect(values).toMatchObject({
    settings: { urls: { port: 8080, pathForm: false }, pools: { sizeMin: 2 } },
  });
});

test("a list replaces a list", () => {
  expect(merge({ a: [1, 2], b: { c: 1 } }, { a: [3] })).toEqual({ a: [3], b: { c: 1 } });
});

test("pushed images are named by their registry and tag", () => {
  const { images } = valuesOf({ ...made, pushed: { prefix: "r.example/", tag: "t" } }, {});
  expect(images).toEqual({ pullPolicy: "IfNotPresent", prefix: "r.example/", tag: "t" });
});
