import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withLock } from "./lock.ts";
import { identify } from "./process.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kambda-lock-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a lock", () => {
  test("lets one in at a time", async () => {
    const path = join(folder, "one");
    let inside = 0;
    const work = async () => {
      inside++;
      expect(inside).toBe(1);
      await Promise.resolve();
      inside--;
    };
    await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
    expect(existsSync(path)).toBe(false);
  });

  test("is given back by work that fails", async () => {
    const path = join(folder, "failing");
    const work = async () => {
      throw new Error("no");
    };
    await expect(withLock(path, work)).rejects.toThrow("no");
    expect(existsSync(path)).toBe(false);
  });

  test("of a holder that has died holds nothing", async () => {
    const path = join(folder, "dead");
    writeFileSync(path, JSON.stringify({ ...identify(process.pid), startTicks: "1" }));
    expect(await withLock(path, async () => "in")).toBe("in");
  });
});
