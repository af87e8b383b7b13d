import { expect, test } from "vitest";
import { placeIn } from "./push.ts";

const image = (identity: string) => ({ ref: "", archive: "", identity });

test("equal images have an equal tag, in any order, and other images another", () => {
  const one = placeIn("r.example/team", { a: image("1"), b: image("2") });
  expect(one.prefix).toBe("r.example/team/");
  expect(placeIn("r.example/team/", { b: image("2"), a: image("1") })).toEqual(one);
  expect(placeIn("r.example/team", { a: image("1"), b: image("3") }).tag).not.toBe(one.tag);
});
