import { describe, expect, test } from "vitest";
import { attempt, run } from "./run.ts";

describe("running a program", () => {
  test("gives its output, and hears every line of it", async () => {
    const lines: string[] = [];
    const output = await run(["sh", "-c", "echo one; echo two >&2"], { onLine: (line) => lines.push(line) });
    expect(output).toBe("one\n");
    expect(lines.sort()).toEqual(["one", "two"]);
  });

  test("that fails names the command and what it said", async () => {
    await expect(run(["sh", "-c", "echo no room >&2; exit 3"])).rejects.toThrow(
      /`sh -c .*` ended with 3: no room/,
    );
  });

  test("that is not there ends with 127, as in a shell", async () => {
    expect(await attempt(["kambda-no-such-program"])).toMatchObject({ code: 127 });
  });
});
