import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { emptyFolder, walkStorage } from "./storage.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kambda-storage-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const megabyte = Buffer.alloc(1024 * 1024, 1);

/** The result of the walk, and after how many steps it was there. */
function measure(entriesMax: number): { mb: number; steps: number } {
  const walk = walkStorage(root);
  for (let steps = 1; ; steps++) {
    const mb = walk.step(entriesMax);
    if (mb !== undefined) return { mb, steps };
  }
}

test("files are counted in all folders, a few at a time", () => {
  mkdirSync(join(root, "a/b"), { recursive: true });
  for (let index = 0; index < 10; index++) writeFileSync(join(root, "a/b", String(index)), megabyte);
  const whole = measure(1000);
  expect(whole.steps).toBe(1);
  expect(Math.round(whole.mb)).toBe(10);
  expect(measure(3)).toEqual({ mb: whole.mb, steps: 4 });
});

test("links out of the folder are not followed", () => {
  symlinkSync("/usr", join(root, "usr"));
  expect(measure(1000).mb).toBeLessThan(1);
});

test("what goes away during the walk does no harm", () => {
  for (let index = 0; index < 10; index++) writeFileSync(join(root, String(index)), megabyte);
  const walk = walkStorage(root);
  expect(walk.step(2)).toBeUndefined();
  emptyFolder(root);
  expect(walk.step(100)).toBeLessThanOrEqual(2.1);
  expect(walk.step(100)).toBe(0);
});
