/** A function may use all it was given and no more: memory, `/tmp`, processes. Past it, its own outcome, and the next one works. */
import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { claimsInGroup } from "./harness/memory-group.ts";

const greedy = {
  language: "python3.11" as const,
  files: {
    "index.py": `import os, threading, time
held = []
def handler(event, context):
    if "mb" in event: held.append(b"x" * (event["mb"] << 20))
    if "file" in event:
        with open(event["file"], "wb") as file:
            for _ in range(event["size"]): file.write(b"x" * (1 << 20))
    for _ in range(event.get("threads", 0)): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    time.sleep(event.get("wait", 0))
    return os.getpid() if "pid" in event else "fine"
`,
  },
  assignment: { memorySizeMb: 256, timeoutMs: 30_000 },
};

claim(
  "/tmp may be filled to its size; past it the function is ended, and the next finds it empty",
  async () => {
    await using environment = await startEnvironment({
      ...greedy,
      assignment: { ...greedy.assignment, ephemeralStorageMb: 512 },
    });
    const { scratch } = environment.supervisor;
    // Blocks are counted as a disk gives them: one file system may need a few more than the bytes.
    const first = await environment.invoke({ file: `${scratch}/a`, size: 200, wait: 0.3 });
    expect([first.json, readdirSync(scratch)]).toEqual(["fine", ["a"]]);
    const second = await environment.invoke({ file: `${scratch}/b`, size: 300, wait: 0.3 });
    expect(second.json).toBe("fine");
    const over = await environment.invoke({ file: `${scratch}/c`, size: 200, wait: 20 });
    expect(over.json).toEqual({
      errorType: "Function.EphemeralStorageExceeded",
      errorMessage: expect.stringMatching(
        new RegExp(
          `^RequestId: ${over.requestId} Error: /tmp held \\d+ MB; the function's ephemeral storage is 512 MB$`,
        ),
      ),
    });
    expect(over.logTail).toMatch(/^REPORT .*Error Type: Function.EphemeralStorageExceeded\t$/m);
    expect(readdirSync(scratch)).toEqual([]);
    expect((await environment.invoke({ file: `${scratch}/d`, size: 200, wait: 0.3 })).json).toBe("fine");
  },
);

claim("memory may be held to within a few megabytes of its size; past it the function is ended", async () => {
  await using environment = await startEnvironment(greedy);
  const near = await environment.invoke({ mb: 236, wait: 0.5 });
  expect(near.json).toBe("fine");
  expect(near.end.memoryUsedMb).toBeGreaterThanOrEqual(240);
  expect(near.end.memoryUsedMb).toBeLessThanOrEqual(256);
  const over = await environment.invoke({ mb: 30, wait: 20 });
  expect(over.json).toMatchObject({ errorType: "Runtime.OutOfMemory" });
  expect((await environment.invoke({ mb: 200 })).json).toBe("fine");
});

claim(
  "what a Node function is told to have used is what its limit counts, and not the files of its program",
  async () => {
    await using environment = await startEnvironment({
      files: {
        "index.mjs": `import { readFileSync } from "node:fs";
        let held;
        export const handler = async ({ mb }) => {
          held = Buffer.alloc(mb << 20, 1);
          await new Promise((later) => setTimeout(later, 500));
          return Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]) / 1024;
        };`,
      },
      assignment: { memorySizeMb: 128, timeoutMs: 30_000 },
    });
    const { json, end } = await environment.invoke({ mb: 84 });
    // With its files it has more resident than it was given.
    expect(json).toBeGreaterThan(128);
    expect(end.status).toBe("success");
    expect(end.memoryUsedMb).toBeGreaterThan(90);
    expect(end.memoryUsedMb).toBeLessThanOrEqual(128);
  },
);

claim("many short invocations do not slip past: what they leave behind is found as well", async () => {
  await using environment = await startEnvironment(greedy);
  const { scratch } = environment.supervisor;
  const megabytes = 20;
  let written = 0;
  while (readdirSync(scratch).length === written) {
    // Twice its size, and nobody looked.
    expect(written * megabytes).toBeLessThan(1024);
    await environment.invoke({ file: `${scratch}/${written}`, size: megabytes });
    written += 1;
  }
  expect(written * megabytes).toBeGreaterThan(500);
  expect(environment.supervisor.log()).not.toContain("Runtime.ExitError");
});

claim("more than 1024 processes and threads are ended together, and the next invocation works", async () => {
  await using environment = await startEnvironment(greedy);
  expect((await environment.invoke({ threads: 500, wait: 0.3 })).json).toBe("fine");
  const over = await environment.invoke({ threads: 600, wait: 20 });
  expect(over.json).toEqual({
    errorType: "Function.ProcessLimitExceeded",
    errorMessage: expect.stringMatching(
      new RegExp(
        `^RequestId: ${over.requestId} Error: The function ran 1\\d{3} processes and threads; 1024 are allowed$`,
      ),
    ),
  });
  expect((await environment.invoke({})).json).toBe("fine");
});

claim("environments of one user do not count each other's processes: each has 1024", async () => {
  await using one = await startEnvironment(greedy);
  await using other = await startEnvironment(greedy);
  for (const { json } of [
    await one.invoke({ threads: 800, wait: 0.3 }),
    await other.invoke({ threads: 800, wait: 0.3 }),
  ])
    expect(json).toBe("fine");
});

claimsInGroup(300, "what process.test.ts reads from recorded statuses of the kernel's", (group) => {
  claim("a process that had waited for its function is out of memory when the kernel kills it", async () => {
    const assignment = { ...greedy.assignment, memorySizeMb: 2048 };
    await using environment = await startEnvironment({
      ...greedy,
      assignment,
      ahead: 1,
      wrapper: group.asInPod,
    });
    expect((await environment.invoke({})).json).toBe("fine");
    expect((await environment.initialized()).process).toBe("ahead");
    for (let round = 0; round < 2; round++)
      expect((await environment.invoke({ mb: 600 })).json).toMatchObject({
        errorType: "Runtime.OutOfMemory",
      });
    expect((await environment.invoke({})).json).toBe("fine");
  });

  claim(
    "a process the kernel kills for memory is out of memory too, and its supervisor lives on",
    async () => {
      {
        // More than the container has: only the kernel can be first.
        const assignment = { ...greedy.assignment, memorySizeMb: 2048 };
        await using environment = await startEnvironment({ ...greedy, assignment });
        expect((await environment.invoke({})).json).toBe("fine");
        group.add(environment.supervisor.pid);
        const python = Number((await environment.invoke({ pid: true })).json);
        group.add(python);
        const killed = await environment.invoke({ mb: 600 });
        expect(killed.json).toEqual({
          errorType: "Runtime.OutOfMemory",
          errorMessage: `RequestId: ${killed.requestId} Error: Runtime exited with error: signal: killed`,
        });
        expect(group.kills()).toBeGreaterThan(0);
        expect((await environment.invoke({})).json).toBe("fine");
        expect(environment.gateway.peers).toHaveLength(1);
      }
      await group.remove();
    },
  );
});
