import { expect, test } from "vitest";
import { type Again, runAgain } from "./again.ts";
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
  const ran: Again[] = [];
  const both = await runAgain(tally(3, "a", "b"), async (again) => {
    ran.push(again);
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

const broken: Tally = {
  ...tally(2, "a"),
  failed: 2,
  failures: [...tally(0, "a").failures, { name: "the runner ended with 1", said: "an error of nobody's" }],
};

test("where a runner broke without naming a test, everything runs again; passing, it was unsteady", async () => {
  const ran: Again[] = [];
  const both = await runAgain(broken, async (again) => {
    ran.push(again);
    return tally(5);
  });
  expect(ran).toEqual(["all"]);
  expect(both).toMatchObject({ passed: 5, failed: 0 });
  expect(namesOf(both.unsteady)).toEqual(["a", "the runner ended with 1"]);
});

test.each<[string, Tally]>([
  ["any test fails then", tally(4, "b")],
  ["it breaks again", { ...tally(4), failed: 1, failures: [{ name: "the runner ended with 1", said: "" }] }],
  ["nothing ran", tally(0)],
])("and has failed when %s", async (_, second) => {
  expect(namesOf((await runAgain(broken, async () => second)).failures)).toContain("the runner ended with 1");
});
