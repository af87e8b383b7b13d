import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { end, identify, isAlive } from "./process.ts";

async function aSleeper(): Promise<number> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  return child.pid ?? 0;
}

describe("a process we started", () => {
  test("is known to live until it is ended", async () => {
    const sleeper = identify(await aSleeper());
    expect(isAlive(sleeper)).toBe(true);
    await end(sleeper);
    expect(isAlive(sleeper)).toBe(false);
    await end(sleeper);
  });

  test("is not taken for another that has its number now", async () => {
    const sleeper = identify(await aSleeper());
    const earlier = { ...sleeper, startTicks: "1" };
    expect(isAlive(earlier)).toBe(false);
    await end(earlier);
    expect(isAlive(sleeper)).toBe(true);
    await end(sleeper);
  });

  test("has not survived a restart of the machine", async () => {
    expect(isAlive({ ...identify(process.pid), bootId: "another" })).toBe(false);
  });
});
