import { expect, test } from "vitest";
import { buildOrder } from "./order.ts";

const all = [
  { name: "runtime-a", on: ["supervisor"] },
  { name: "runtime-b", on: ["supervisor"] },
  { name: "supervisor", on: [] },
  { name: "product", on: [] },
];
const names = (wanted: string[]) => buildOrder(all, wanted).map((image) => image.name);

test("an image comes after what it stands on, once", () => {
  expect(names(["runtime-a", "runtime-b"])).toEqual(["supervisor", "runtime-a", "runtime-b"]);
});

test("only what is wanted is built", () => {
  expect(names(["product"])).toEqual(["product"]);
});

test("an unknown name is refused with the names that exist", () => {
  expect(() => names(["runtime-c"])).toThrow(
    'there is no image "runtime-c"; there are: runtime-a, runtime-b, supervisor, product',
  );
});

test("a circle is refused", () => {
  const circle = [
    { name: "a", on: ["b"] },
    { name: "b", on: ["a"] },
  ];
  expect(() => buildOrder(circle, ["a"])).toThrow("a → b → a");
});
