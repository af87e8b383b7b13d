/** SnapStart's calls: a runtime with restore hooks runs them within INIT, for nothing is frozen here. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { connectRuntime, waitingRuntime } from "./harness/runtime.ts";
import { waitFor } from "./harness/wait.ts";

const snapStart = { ...waitingRuntime, assignment: { initializationType: "snap-start" } } as const;

claim("a runtime that waits for its restore is restored at once, and then serves", async () => {
  await using environment = await startEnvironment(snapStart);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const restored = await runtime.call("GET", "/runtime/restore/next");
  expect([restored.status, restored.headers["content-type"]]).toEqual([200, "application/json"]);
  const requestId = randomUUID();
  const result = environment.invoke({}, { requestId, timeoutMs: 10_000 });
  await runtime.next();
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: '"restored"' });
  runtime.free();
  expect((await result).json).toBe("restored");
  expect(await environment.initialized()).toMatchObject({ status: "success" });
});

claim("a hook that fails after the restore fails INIT, with its own words", async () => {
  await using environment = await startEnvironment(snapStart);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  await runtime.call("GET", "/runtime/restore/next");
  const headers = { "Lambda-Runtime-Function-Error-Type": "Runtime.RestoreHookUserError" };
  const body = '{"errorType":"HookFailed","errorMessage":"no database"}';
  const reply = await runtime.call("POST", "/runtime/restore/error", { headers, body });
  expect(reply).toMatchObject({ status: 202, text: '{"status":"OK"}\n' });
  expect(await environment.initialized()).toMatchObject({
    status: "error",
    error: { errorType: "HookFailed", errorMessage: "no database" },
  });
});

claim(
  "hooks that do not end in time after the restore are told as such, and the next invocation begins anew",
  async () => {
    await using environment = await startEnvironment(snapStart);
    const runtime = await connectRuntime(environment.supervisor.taskRoot);
    await runtime.call("GET", "/runtime/restore/next");
    expect(await environment.initialized()).toMatchObject({
      status: "error",
      error: { errorType: "Runtime.RestoreHookUserTimeout" },
    });
  },
);

const inJson = {
  ...snapStart,
  assignment: { ...snapStart.assignment, logFormat: "JSON", systemLogLevel: "DEBUG" },
} as const;

claim(
  "a restore is told between the runtime's INIT and the report, with its outcome and how long it took",
  async () => {
    for (const isGood of [true, false]) {
      await using environment = await startEnvironment(inJson);
      const runtime = await connectRuntime(environment.supervisor.taskRoot);
      await runtime.call("GET", "/runtime/restore/next");
      const headers = { "Lambda-Runtime-Function-Error-Type": "Runtime.RestoreHookUserError" };
      if (isGood) runtime.next().catch(() => undefined);
      else await runtime.call("POST", "/runtime/restore/error", { headers, body: "{}" });
      await environment.initialized();
      const told = () =>
        environment.supervisor
          .log()
          .split("\n")
          .filter((line) => line.includes('"platform.'))
          .map((line): { type: string; record: object } => JSON.parse(line));
      await waitFor("INIT's report", () => told().some(({ type }) => type === "platform.initReport"));
      const outcome = isGood
        ? { status: "success" }
        : { status: "error", errorType: "Runtime.RestoreHookUserError" };
      const init = { initializationType: "snap-start", phase: "init" };
      const metrics = { durationMs: expect.any(Number) };
      expect(told().map(({ type, record }) => ({ type, record }))).toEqual([
        { type: "platform.initStart", record: expect.objectContaining(init) },
        { type: "platform.initRuntimeDone", record: { ...init, status: "success" } },
        {
          type: "platform.restoreStart",
          record: {
            runtimeVersion: "provided:al2023.v1",
            runtimeVersionArn: expect.stringContaining("::runtime:"),
            functionName: "f",
            functionVersion: "$LATEST",
          },
        },
        { type: "platform.restoreRuntimeDone", record: outcome },
        { type: "platform.restoreReport", record: { ...outcome, metrics } },
        { type: "platform.initReport", record: { ...init, ...outcome, metrics } },
      ]);
    }
  },
);

claim("restore calls out of turn are refused", async () => {
  await using environment = await startEnvironment(snapStart);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const early = await runtime.call("POST", "/runtime/restore/error", { body: "{}" });
  expect([early.status, early.text]).toEqual([
    403,
    expect.stringContaining("State transition from Started to RestoreError failed"),
  ]);
  await runtime.call("GET", "/runtime/restore/next");
  const twice = await runtime.call("GET", "/runtime/restore/next");
  expect([twice.status, twice.text]).toEqual([
    403,
    expect.stringContaining("State transition from Restoring to RestoreReady failed"),
  ]);
});
