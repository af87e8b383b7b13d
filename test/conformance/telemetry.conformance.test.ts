/** The Telemetry API and the Logs API (docs/lambda.md, Telemetry API): who may subscribe when, and what is told how. */
import { expect } from "bun:test";
import { createServer as createTcpServer } from "node:net";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { connectExtension, waitingExtensions } from "./harness/extension.ts";
import { connectRuntime, waitingRuntime } from "./harness/runtime.ts";
import {
  listenHttp,
  listening,
  subscribe,
  subscription,
  type Told,
  withExtension,
} from "./harness/telemetry.ts";
import { waitFor } from "./harness/wait.ts";

claim("every event of an environment's life is told, in Lambda's order and form", async () => {
  using listener = await listenHttp();
  await using environment = await startEnvironment(withExtension("console.log('hello'); return 'four'"));
  await subscribe(environment, subscription(listener.port));
  const { requestId } = await environment.invoke({}, { traceId: "Root=1" });
  const { told, paths } = listener;
  await waitFor("the report", () => told.some(({ type }) => type === "platform.report"));
  await waitFor("the function's line", () => told.some(({ type }) => type === "function"));
  const types = told.map(({ type }) => type);
  expect(types.filter((type) => type !== "function")).toEqual([
    "platform.initStart",
    "platform.telemetrySubscription",
    "platform.initRuntimeDone",
    "platform.extension",
    "platform.initReport",
    "platform.start",
    "platform.runtimeDone",
    "platform.report",
  ]);
  expect(new Set(paths)).toEqual(new Set(["POST /here"]));
  for (const { time } of told) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const record = (type: string) => told.find((one) => one.type === type)?.record;
  const init = { initializationType: "on-demand", phase: "init" };
  expect(record("platform.initStart")).toMatchObject({
    ...init,
    functionName: "f",
    functionVersion: "$LATEST",
    runtimeVersion: "nodejs:24.v1",
  });
  expect(record("platform.telemetrySubscription")).toEqual({
    name: "a",
    state: "Subscribed",
    types: ["platform", "function", "extension"],
  });
  expect(record("platform.initRuntimeDone")).toEqual({ ...init, status: "success" });
  expect(record("platform.extension")).toEqual({ name: "a", state: "Ready", events: ["SHUTDOWN"] });
  expect(record("platform.initReport")).toEqual({
    ...init,
    status: "success",
    metrics: { durationMs: expect.any(Number) },
  });
  expect(record("platform.start")).toEqual({
    requestId,
    version: "$LATEST",
    tracing: { type: "X-Amzn-Trace-Id", value: "Root=1" },
  });
  expect(record("function")).toContain("hello");
  expect(record("platform.runtimeDone")).toEqual({
    requestId,
    status: "success",
    metrics: { durationMs: expect.any(Number), producedBytes: '"four"'.length },
    spans: ["responseLatency", "responseDuration", "runtimeOverhead"].map((name) => ({
      name,
      start: expect.any(String),
      durationMs: expect.any(Number),
    })),
  });
  expect(record("platform.report")).toMatchObject({
    requestId,
    status: "success",
    metrics: { memorySizeMB: 256, billedDurationMs: expect.any(Number), initDurationMs: expect.any(Number) },
  });
});

claim("the log tells of extensions and subscriptions as Lambda's does", async () => {
  using listener = await listenHttp();
  await using environment = await startEnvironment(withExtension("return 1"));
  await subscribe(environment, subscription(listener.port, { types: ["platform", "function"] }));
  await environment.invoke();
  expect(environment.supervisor.log()).toContain(
    "TELEMETRY\tName: a\tState: Subscribed\tTypes: [Platform, Function]\n",
  );
  expect(environment.supervisor.log()).toContain("EXTENSION\tName: a\tState: Ready\tEvents: [SHUTDOWN]\n");
});

claim("TCP gets a JSON text a line; extensions' own lines are told as theirs", async () => {
  let text = "";
  const server = createTcpServer((socket) => {
    socket.on("data", (bytes) => {
      text += bytes;
    });
    socket.on("error", () => socket.destroy());
  });
  const port = await listening(server);
  const speaking = waitingExtensions("a");
  const script = speaking["extensions/a"] as { content: string; mode: number };
  await using environment = await startEnvironment({
    ...waitingRuntime,
    layer: {
      "extensions/a": {
        ...script,
        content: script.content.replace("sleep 0.02", "echo from the extension; sleep 0.02"),
      },
    },
  });
  await subscribe(
    environment,
    subscription(0, { destination: { protocol: "TCP", port }, types: ["extension", "platform"] }),
  );
  (await connectRuntime(environment.supervisor.taskRoot)).free();
  await environment.initialized();
  await waitFor("the report of INIT", () => text.includes("platform.initReport"));
  await waitFor("a line of the extension", () => text.includes("from the extension"));
  const told = text
    .slice(0, text.lastIndexOf("\n"))
    .split("\n")
    .map((line) => JSON.parse(line) as Told);
  expect(told[0]?.type).toBe("platform.initStart");
  const lines = told.filter(({ type }) => type === "extension");
  expect(lines[0]?.record).toBe("from the extension");
  expect(environment.supervisor.log()).toContain("from the extension\n");
  server.close();
});

claim("only what was subscribed to is told", async () => {
  using listener = await listenHttp();
  await using environment = await startEnvironment(withExtension("console.log('line'); return 1"));
  await subscribe(environment, subscription(listener.port, { types: ["function"] }));
  await environment.invoke();
  await waitFor("the line", () => listener.told.length > 0);
  expect(new Set(listener.told.map(({ type }) => type))).toEqual(new Set(["function"]));
});

claim("in the JSON log format a line is told as the object it is", async () => {
  using listener = await listenHttp();
  await using environment = await startEnvironment(
    withExtension("console.log('hello'); return 1", { assignment: { logFormat: "JSON" } }),
  );
  await subscribe(environment, subscription(listener.port, { types: ["function"] }));
  await environment.invoke();
  await waitFor("the line", () => listener.told.length > 0);
  expect(listener.told[0]?.record).toMatchObject({ level: "INFO", message: "hello" });
});

claim("the Logs API tells its older events", async () => {
  using listener = await listenHttp();
  await using environment = await startEnvironment(withExtension("return 1"));
  const body = subscription(listener.port, { schemaVersion: "2020-08-15", types: ["platform"] });
  await subscribe(environment, body, "/2020-08-15/logs");
  const { requestId } = await environment.invoke();
  await waitFor("the report", () => listener.told.some(({ type }) => type === "platform.report"));
  expect(listener.told.map(({ type }) => type)).toEqual([
    "platform.logsSubscription",
    "platform.extension",
    "platform.start",
    "platform.end",
    "platform.report",
  ]);
  expect(listener.told.find(({ type }) => type === "platform.end")?.record).toEqual({ requestId });
});

claim("a subscription needs a registered extension, a valid request, and INIT", async () => {
  await using environment = await startEnvironment(withExtension("return 1"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  const read = async (body: object, path?: string) => {
    const { status, text } = await a.subscribe(body, path);
    return { status, ...(JSON.parse(text) as { errorType: string; errorMessage: string }) };
  };
  expect(await read(subscription(1))).toMatchObject({
    status: 403,
    errorType: "Extension.MissingExtensionIdentifier",
  });
  await a.register([]);
  expect(await read(subscription(1, { types: [] }))).toMatchObject({
    status: 400,
    errorType: "ValidationError",
  });
  a.free();
  await environment.invoke();
  expect(await read(subscription(1))).toEqual({
    status: 403,
    errorType: "Telemetry.SubscriptionClosed",
    errorMessage: "Telemetry API subscription is closed",
  });
  expect(await read(subscription(1), "/2020-08-15/logs")).toMatchObject({
    errorType: "Logs.SubscriptionClosed",
  });
});
