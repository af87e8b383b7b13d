import { expect, test } from "vitest";
import { chooseRuntimes } from "./runtimes.ts";

test("builds the usual ones, and those that are named", () => {
  expect(chooseRuntimes("")).toContain("nodejs24.x");
  expect(chooseRuntimes("")).not.toContain("nodejs20.x");
  expect(chooseRuntimes("nodejs20.x,nodejs24.x")).toEqual([...chooseRuntimes(""), "nodejs20.x"]);
});

test("builds all of them when told so", () => {
  expect(chooseRuntimes("all")).toEqual(expect.arrayContaining(["nodejs20.x", ...chooseRuntimes("")]));
});

test("answers a name that is none with those that are", () => {
  expect(() => chooseRuntimes("nodejs4.3")).toThrow(/nodejs4\.3 is unknown.*nodejs24\.x/);
});
