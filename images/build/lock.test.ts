import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockCache } from "./lock.ts";

const aCache = () => mkdtempSync(join(tmpdir(), "kambda-lock-"));

test("a second build waits for the first, and says for whom", async () => {
  const cache = aCache();
  const said: string[] = [];
  const first = await lockCache(cache, () => {});
  const second = lockCache(cache, (line) => {
    said.push(line);
    first[Symbol.dispose]();
  });
  (await second)[Symbol.dispose]();
  expect(said).toEqual([`waiting for another build, process ${process.pid}`]);
  expect(existsSync(join(cache, "lock"))).toBe(false);
});

test("the lock of a process that died is taken over", async () => {
  const cache = aCache();
  // No process has this number: it is above what Linux gives.
  writeFileSync(join(cache, "lock"), "4194305");
  const said: string[] = [];
  using _lock = await lockCache(cache, (line) => said.push(line));
  expect(said).toEqual([]);
});
