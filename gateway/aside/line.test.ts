import { expect, test } from "vitest";
import { createLine } from "./line.ts";

const takeAll = (line: { take(): string | undefined }) => {
  const taken: string[] = [];
  for (let one = line.take(); one !== undefined; one = line.take()) taken.push(one);
  return taken;
};

test("tenants take turns: one body waits behind one of each other, however many they brought", () => {
  const line = createLine<string>({ bytesMax: 100, bytesMaxPerTenant: 100 });
  for (const name of ["a1", "a2", "a3"]) line.add("a", 1, name);
  line.add("b", 1, "b1");
  line.add("c", 1, "c1");
  line.add("c", 1, "c2");
  expect(takeAll(line)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
});

test("bytes are bounded, in all and of one tenant, and room comes back", () => {
  const line = createLine<string>({ bytesMax: 10, bytesMaxPerTenant: 6 });
  expect(line.add("a", 6, "a1")).toBe(true);
  expect(line.add("a", 1, "a2")).toBe(false);
  expect(line.add("b", 5, "b1")).toBe(false);
  expect(line.add("b", 4, "b2")).toBe(true);
  expect(line.take()).toBe("a1");
  expect(line.add("a", 6, "a3")).toBe(true);
  expect(takeAll(line)).toEqual(["b2", "a3"]);
});
