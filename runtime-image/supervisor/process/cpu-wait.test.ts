import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { openCpuWait } from "./cpu-wait.ts";

const started: ReturnType<typeof spawn>[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) {
    one.kill("SIGKILL");
    if (one.exitCode === null && one.signalCode === null) await once(one, "exit");
  }
});

/** Never stops, on the first CPU. */
function busy(): number {
  const one = spawn("taskset", ["-c", "0", "/bin/sh", "-c", "while :; do :; done"]);
  started.push(one);
  return one.pid ?? 0;
}

test("two that share one CPU wait for each other", async () => {
  const wait = openCpuWait([busy(), busy()]);
  for (let look = 0; look < 200 && wait.readMs() < 50; look++) await pause(20);
  expect(wait.readMs()).toBeGreaterThanOrEqual(50);
  wait.close();
});

test("a process that is gone has waited as long as it had when last looked at", async () => {
  const pids = [busy(), busy()];
  const wait = openCpuWait(pids);
  for (let look = 0; look < 200 && wait.readMs() < 10; look++) await pause(20);
  const before = wait.readMs();
  for (const one of started) one.kill("SIGKILL");
  await Promise.all(started.map((one) => once(one, "exit")));
  expect(wait.readMs()).toBeGreaterThanOrEqual(before);
  wait.close();
  expect(wait.readMs()).toBeGreaterThanOrEqual(before);
});

test("one that never was has not waited", () => {
  expect(openCpuWait([2 ** 22 + 1]).readMs()).toBe(0);
});
