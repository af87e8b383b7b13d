import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./paths.ts";
import { gate, usage, words } from "./suites.ts";

test("who asks for the words is told each of them, once", () => {
  for (const { name, what } of words) expect(usage()).toMatch(new RegExp(`^ +${name} +${what}$`, "m"));
  expect(new Set(words.map(({ name }) => name)).size).toBe(words.length);
});

test("every suite has its folder", () => {
  expect(gate.flatMap(({ folders }) => folders).filter((folder) => !existsSync(join(root, folder)))).toEqual(
    [],
  );
});
