/** INIT, reset and SHUTDOWN: what an environment keeps, what it forgets, and how it leaves. */
import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { waitFor } from "./harness/wait.ts";

const stateful = {
  "index.mjs": `import fs from "node:fs";
    let calls = 0;
    export const handler = async ({ file, exit }) => {
      calls += 1;
      if (exit) process.exit(1);
      const kept = fs.existsSync(file);
      fs.writeFileSync(file, "x");
      return { calls, kept, pid: process.pid };
    };`,
};

claim("a reset forgets what was in memory and keeps what was written", async () => {
  await using environment = await startEnvironment({ files: stateful });
  const file = `${environment.supervisor.scratch}/kept`;
  const first = (await environment.invoke({ file })).json as { pid: number };
  expect(first).toMatchObject({ calls: 1, kept: false });
  expect((await environment.invoke({ file })).json).toEqual({ calls: 2, kept: true, pid: first.pid });
  await environment.invoke({ file, exit: true });
  const next = (await environment.invoke({ file })).json as { pid: number };
  expect(next).toMatchObject({ calls: 1, kept: true });
  expect(next.pid).not.toBe(first.pid);
});

claim("Init Duration is told once, with the first invocation", async () => {
  await using environment = await startEnvironment({ files: stateful });
  const file = `${environment.supervisor.scratch}/kept`;
  const first = await environment.invoke({ file });
  expect(first.end.initMs).toBeGreaterThan(0);
  expect(first.logTail).toMatch(/\tInit Duration: \d+\.\d\d ms\t\n$/);
  const second = await environment.invoke({ file });
  expect(second.end.initMs).toBeUndefined();
  expect(second.logTail).not.toContain("Init Duration");
});

claim("a process that dies between invocations is replaced by the next", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs":
        "export const handler = async () => { setTimeout(() => process.exit(2), 30); return process.pid }",
    },
  });
  const pid = (await environment.invoke()).json;
  await waitFor("the process to be gone", () => !existsSync(`/proc/${pid}`));
  const next = await environment.invoke();
  expect(next.head?.functionError).toBeUndefined();
  expect(next.json).not.toBe(pid);
});

claim("a reset ends everything the process started, in its group or out of it by fork", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `import { spawn } from "node:child_process";
        export const handler = async ({ exit }) => {
          if (exit) process.exit(1);
          return spawn("sleep", ["1000"]).pid;
        };`,
    },
  });
  const pid = (await environment.invoke()).json;
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  await environment.invoke({ exit: true });
  await waitFor("the child to be gone", () => !existsSync(`/proc/${pid}`));
});

claim("orphans are let go when they end", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `import { execSync } from "node:child_process";
        export const handler = async () => Number(execSync("sh -c 'sleep 0.05 & echo $!'").toString());`,
    },
  });
  const pid = (await environment.invoke()).json;
  await waitFor("the orphan to be reaped", () => !existsSync(`/proc/${pid}`));
});

claim("hundreds of orphans that end at once are all let go", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `import { execSync } from "node:child_process";
        export const handler = async ({ end }) => end
          ? execSync("kill -9 $(cat ../tmp/pids)").length
          : execSync("for i in $(seq 400); do sleep 100 2>/dev/null & echo $!; done > ../tmp/pids").length;`,
    },
    assignment: { timeoutMs: 20_000 },
  });
  const { scratch } = environment.supervisor;
  expect((await environment.invoke({})).end.status).toBe("success");
  const pids = readFileSync(`${scratch}/pids`, "utf8").trim().split("\n");
  expect(pids).toHaveLength(400);
  expect((await environment.invoke({ end: true })).end.status).toBe("success");
  await waitFor("all to be reaped", () => pids.every((pid) => !existsSync(`/proc/${pid}`)));
});

claim("INIT that takes over 10 s is ended, and repeated within the first invocation", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `import fs from "node:fs";
        const tried = process.env.LAMBDA_TASK_ROOT + "/../tmp/tried";
        if (!fs.existsSync(tried)) { fs.writeFileSync(tried, ""); await new Promise((resolve) => setTimeout(resolve, 60_000)); }
        export const handler = async () => "second try";`,
    },
  });
  const result = await environment.invoke({});
  expect(await environment.initialized()).toMatchObject({ status: "timeout" });
  expect(result.json).toBe("second try");
  expect(environment.supervisor.log()).toMatch(
    /INIT_REPORT Init Duration: 10\d{3}\.\d\d ms\tPhase: init\tStatus: timeout\n/,
  );
  expect(result.logTail).not.toContain("Init Duration");
});

claim("INIT ahead of all invocations, for provisioned concurrency, may take longer than 10 s", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `await new Promise((resolve) => setTimeout(resolve, 11_000));
        export const handler = async () => "first try";`,
    },
    assignment: { initializationType: "provisioned-concurrency" },
  });
  expect(await environment.initialized()).toMatchObject({ status: "success" });
  expect((await environment.invoke({})).json).toBe("first try");
});

claim("INIT within an invocation counts against its timeout", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `if (process.env.FAST !== "1") { const { existsSync, writeFileSync } = await import("node:fs");
        const first = process.env.LAMBDA_TASK_ROOT + "/../tmp/first";
        if (!existsSync(first)) { writeFileSync(first, ""); process.exit(1); }
        await new Promise((resolve) => setTimeout(resolve, 60_000)); }
        export const handler = async () => 1;`,
    },
    assignment: { timeoutMs: 1000 },
  });
  const result = await environment.invoke({});
  expect(result.json).toEqual({
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 1.00 seconds`,
  });
  expect(result.logTail).toMatch(/INIT_REPORT .*\tPhase: invoke\tStatus: timeout\n/);
});

claim(
  "running out of memory ends the process with Lambda's error, and the next invocation works",
  async () => {
    await using environment = await startEnvironment({
      files: {
        "index.mjs": `export const handler = async ({ again }) => {
        if (again) return "fine";
        const held = [];
        for (;;) { held.push(Buffer.alloc(4 * 1024 * 1024, 1)); await new Promise((resolve) => setTimeout(resolve, 1)); }
      };`,
      },
      assignment: { memorySizeMb: 128, timeoutMs: 20_000 },
    });
    const result = await environment.invoke({});
    expect(result.json).toEqual({
      errorType: "Runtime.OutOfMemory",
      errorMessage: `RequestId: ${result.requestId} Error: Runtime exited with error: signal: killed`,
    });
    expect(result.end.memoryUsedMb).toBeGreaterThanOrEqual(128);
    expect((await environment.invoke({ again: true })).json).toBe("fine");
  },
);

claim("the memory told is the memory used", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs":
        "let held; export const handler = async ({ mb }) => { held = Buffer.alloc(mb * 1024 * 1024, 1); return held.length }",
    },
  });
  const before = (await environment.invoke({ mb: 1 })).end.memoryUsedMb;
  const after = (await environment.invoke({ mb: 100 })).end.memoryUsedMb;
  // What the limit counts: of a runtime that waits, some megabytes are its own and most are files of its image.
  expect(before).toBeGreaterThan(5);
  expect(after - before).toBeGreaterThan(80);
  expect(after - before).toBeLessThan(130);
});

claim(
  "what an invocation stood in the line for a CPU is told, so that nobody starts another environment to wait there too",
  async () => {
    await using environment = await startEnvironment({
      files: {
        "index.mjs": `import { execFileSync, spawn } from "node:child_process";
      export const handler = async () => {
        execFileSync("taskset", ["-pc", "0", String(process.pid)]);
        const other = spawn("taskset", ["-c", "0", "/bin/sh", "-c", "while :; do :; done"]);
        const endMs = Date.now() + 600;
        while (Date.now() < endMs);
        other.kill("SIGKILL");
      };`,
      },
    });
    const { end } = await environment.invoke({});
    expect(end.status).toBe("success");
    expect(end.cpuWaitMs).toBeGreaterThan(100);
  },
);
