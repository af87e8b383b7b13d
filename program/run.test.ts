import { expect, test } from "vitest";
import { run } from "./run.ts";

const shell = (script: string, options = {}) => run("sh", ["-c", script], options);

test("gives what a program said, and hears every line of it, the last one without its end too", async () => {
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  const finished = await shell("echo one; echo two >&2; printf three", { onLine });
  expect(finished).toEqual({ code: 0, stdout: "one\nthree", stderr: "two\n" });
  expect(lines.sort()).toEqual(["one", "three", "two"]);
});

test("a failure names the command and what it said", async () => {
  await expect(shell("echo wrote half; echo no room >&2; exit 3")).rejects.toThrow(
    /`sh -c .*` ended with 3:\n(wrote half\nno room|no room\nwrote half)$/,
  );
});

test("an exit code that is an answer is no failure", async () => {
  expect((await shell("exit 3", { allowed: [0, 3] })).code).toBe(3);
  expect((await shell("exit 4", { allowed: "any" })).code).toBe(4);
  await expect(shell("exit 4", { allowed: [0, 3] })).rejects.toThrow("ended with 4");
});

test("a program that is not there is named; where any end is an answer, it ends with 127 as in a shell", async () => {
  await expect(run("kambda-no-such-program", [])).rejects.toThrow(
    "kambda-no-such-program could not be started",
  );
  expect(await run("kambda-no-such-program", [], { allowed: "any" })).toMatchObject({ code: 127 });
});

test("is given its input, and one that reads none of it is left in peace", async () => {
  expect((await shell("cat", { input: "a\nb" })).stdout).toBe("a\nb");
  expect((await shell("true", { input: "x".repeat(1_000_000) })).code).toBe(0);
});

test("one that outlives its time is ended", async () => {
  await expect(run("sleep", ["600"], { timeoutMs: 50 })).rejects.toThrow("ended with SIGTERM");
});
