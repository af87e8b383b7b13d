import { expect, test } from "vitest";
import { runAgain } from "./again.ts";
import type { Tally } from "./tally.ts";

const tally = (passed: number, ...names: string[]): Tally => ({
  passed,
  failed: names.length,
  failures: names.map((name) => ({ name, file: `${name}.ts`, said: "" })),
  unsteady: [],
});
const namesOf = (failures: Tally["failures"]) => failures.map(({ name }) => name);

test("nothing runs twice when nothing failed", async () => {
  const first = tally(3);
  expect(await runAgain(first, () => Promise.reject(new Error("ran")))).toBe(first);
});

test("what fails again has failed; what passes is told as unsteady", async () => {
  const ran: string[][] = [];
  const both = await runAgain(tally(3, "a", "b"), async (files) => {
    ran.push(files);
    return tally(4, "b");
  });
  expect(ran).toEqual([["a.ts", "b.ts"]]);
  expect(both).toMatchObject({ passed: 4, failed: 1 });
  expect(namesOf(both.failures)).toEqual(["b"]);
  expect(namesOf(both.unsteady)).toEqual(["a"]);
});

test("what passed at first and fails the second time has failed", async () => {
  const both = await runAgain(tally(3, "a"), async () => tally(1, "c"));
  expect(namesOf(both.failures)).toEqual(["c"]);
});

test("a second run that ran nothing excuses nothing", async () => {
  const both = await runAgain(tally(3, "a"), async () => tally(0));
  expect(namesOf(both.failures)).toEqual(["a"]);
});

test("a runner that broke without naming a test stays a failure", async () => {
  const broken: Tally = { ...tally(0), failed: 1, failures: [{ name: "e2e", said: "ended with 1" }] };
  expect(await runAgain(broken, async () => tally(1))).toBe(broken);
});
