import { expect, test } from "vitest";
import { createLine } from "./line.ts";

test("who waits looks again in turn: when a place is free, or when one before it left its place unused", async () => {
  const looked: string[] = [];
  const line = createLine((key) => looked.push(key));
  const waits = (key: string) => line.pass(key, async (wait) => wait());
  const goes = (key: string) => line.pass(key, async () => undefined);
  for (const key of ["a", "b", "c"]) await waits(key);
  expect(looked).toEqual([]);
  line.freed();
  expect(looked).toEqual(["a"]);
  await waits("a");
  await goes("d");
  expect(looked).toEqual(["a", "b"]);
  await goes("b");
  expect(looked).toEqual(["a", "b", "c"]);
  await waits("c");
  for (let count = 0; count < 5; count++) line.freed();
  expect(looked).toEqual(["a", "b", "c", "a", "c"]);
});

test("one whose reconciliation fails lets nobody pass, and waits no more itself: its queue brings it back", async () => {
  const looked: string[] = [];
  const line = createLine((key) => looked.push(key));
  await line.pass("a", async (wait) => wait());
  const fails = line.pass("b", async () => {
    throw new Error("the API server is away");
  });
  await expect(fails).rejects.toThrow();
  expect(looked).toEqual([]);
});
