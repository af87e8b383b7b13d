/** The Extensions API (API.md §3.2, §3.4): who is started when, who is told what, and what an extension's end means. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { claim } from "./harness/claim.ts";
import { type EnvironmentOptions, startEnvironment } from "./harness/environment.ts";
import { callApi, connectExtension, type ExtensionClient, waitingExtensions } from "./harness/extension.ts";
import { connectRuntime, type Reply, waitingRuntime } from "./harness/runtime.ts";
import { waitFor } from "./harness/wait.ts";

const withExtensions = (...names: string[]): EnvironmentOptions => ({
  ...waitingRuntime,
  layer: waitingExtensions(...names),
});

const handler = (body: string) => ({ "index.mjs": `export const handler = async (event) => { ${body} };` });

const json = (reply: Reply): unknown => JSON.parse(reply.text);

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

claim("all external extensions are registered before the runtime is started", async () => {
  await using environment = await startEnvironment(withExtensions("a", "b"));
  const { layerRoot, taskRoot } = environment.supervisor;
  const a = await connectExtension(layerRoot, "a");
  const b = await connectExtension(layerRoot, "b");
  await a.register(["INVOKE"]);
  expect(existsSync(`${taskRoot}/../tmp/address`)).toBe(false);
  await b.register([]);
  await connectRuntime(taskRoot);
});

claim("registering tells the function, and the account to those who accept it", async () => {
  await using environment = await startEnvironment(withExtensions("a"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  const reply = await a.register(["INVOKE"]);
  expect(reply.status).toBe(200);
  expect(reply.headers["lambda-extension-identifier"]).toMatch(/^[0-9a-f-]{36}$/);
  const facts = { functionName: "f", functionVersion: "$LATEST", handler: "index.handler" };
  expect(json(reply)).toEqual(facts);
  const internal = await callApi(a.port, "POST", "/2020-01-01/extension/register", {
    headers: { "Lambda-Extension-Name": "internal", "Lambda-Extension-Accept-Feature": "x, accountId" },
    body: { events: ["INVOKE"] },
  });
  expect(json(internal)).toEqual({ ...facts, accountId: "123456789012" });
});

claim(
  "an extension sees the function's variables without those of the runtime, and starts at the root",
  async () => {
    await using environment = await startEnvironment({
      ...withExtensions("a"),
      assignment: { variables: { STAGE: "dev", _HIDDEN: "1" } },
    });
    const { variables, workingDirectory, port } = await connectExtension(
      environment.supervisor.layerRoot,
      "a",
    );
    // PWD, OLDPWD, SHLVL and _ are the shell's own.
    for (const name of ["PWD", "OLDPWD", "SHLVL", "_"]) delete variables[name];
    expect(variables).toEqual({
      STAGE: "dev",
      TZ: ":UTC",
      LANG: "en_US.UTF-8",
      PATH: expect.stringContaining("/opt/bin"),
      LD_LIBRARY_PATH: expect.stringContaining("/opt/lib"),
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    });
    expect(workingDirectory).toBe("/");
  },
);

claim("INIT ends when the runtime and every registered extension asked for an event", async () => {
  await using environment = await startEnvironment(withExtensions("a"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  runtime.free();
  await closed(a);
  expect(environment.peer.received.some(({ type }) => type === "initialized")).toBe(false);
  a.free();
  expect(await environment.initialized()).toMatchObject({ status: "success" });
});

/** Registration ends with the runtime's first `next`: a sure sign that it came. */
async function closed(a: ExtensionClient): Promise<void> {
  for (let tries = 0; ; tries++) {
    const reply = await callApi(a.port, "POST", "/2020-01-01/extension/register", {
      headers: { "Lambda-Extension-Name": `late-${tries}` },
      body: { events: [] },
    });
    if (reply.text.includes("Extension.RegistrationClosed")) return;
    if (reply.status === 200) throw new Error("registration was still open");
  }
}

claim("INVOKE is told to those who subscribed, with the deadline and the trace", async () => {
  await using environment = await startEnvironment(withExtensions("a", "b"));
  const { layerRoot, taskRoot } = environment.supervisor;
  const a = await connectExtension(layerRoot, "a");
  const b = await connectExtension(layerRoot, "b");
  await a.register(["INVOKE", "SHUTDOWN"]);
  await b.register(["SHUTDOWN"]);
  const runtime = await connectRuntime(taskRoot);
  const told = a.next();
  b.free();
  const requestId = randomUUID();
  const result = environment.invoke({}, { requestId, traceId: "Root=1-2-3" });
  const delivered = await runtime.next();
  const event = await told;
  expect(json(event)).toEqual({
    eventType: "INVOKE",
    requestId,
    deadlineMs: Number(delivered.headers["lambda-runtime-deadline-ms"]),
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
    tracing: { type: "X-Amzn-Trace-Id", value: "Root=1-2-3" },
  });
  expect(event.headers["lambda-extension-event-identifier"]).toMatch(/^[0-9a-f-]{36}$/);
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: "1" });
  runtime.free();
  a.free();
  expect((await result).end.status).toBe("success");
});

claim(
  "the response leaves before the extensions are done; the environment is free, and billed, only after them",
  async () => {
    await using environment = await startEnvironment({
      layer: waitingExtensions("a"),
      files: handler("return 'early'"),
    });
    const a = await connectExtension(environment.supervisor.layerRoot, "a");
    await a.register(["INVOKE"]);
    const told = a.next();
    const requestId = randomUUID();
    const result = environment.invoke({}, { requestId });
    await told;
    const arrivedAt = await waitFor("the response", () =>
      environment.peer.received.some(({ type }) => type === "responseEnd") ? performance.now() : undefined,
    );
    expect(environment.peer.received.some(({ type }) => type === "end")).toBe(false);
    const refused = await environment.invoke({}, { requestId: randomUUID() });
    expect(refused.responseEnd.error?.errorType).toBe("Environment.Busy");
    const heldMs = performance.now() - arrivedAt;
    a.free();
    const { json: answer, end } = await result;
    expect(answer).toBe("early");
    expect(end.billedMs).toBeGreaterThanOrEqual(Math.floor(heldMs));
  },
);

claim("extensions count to the timeout: past it all is ended, and the caller keeps its answer", async () => {
  await using environment = await startEnvironment({
    layer: waitingExtensions("a"),
    files: handler("return event.again ?? 'early'"),
    assignment: { timeoutMs: 1000 },
  });
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register(["INVOKE"]);
  const told = a.next();
  const result = environment.invoke();
  await told;
  const { json: answer, end, logTail } = await result;
  expect(answer).toBe("early");
  expect(end.status).toBe("timeout");
  expect(logTail).toContain("Task timed out after 1.00 seconds");
  expect(isAlive(a.pid)).toBe(false);
  const next = environment.invoke({ again: "again" }, { timeoutMs: 20_000 });
  const anew = await connectExtension(environment.supervisor.layerRoot, "a", a);
  await anew.register([]);
  anew.free();
  expect((await next).json).toBe("again");
});

claim("an internal extension takes part as an external one does", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension/";
        const registered = await fetch(base + "register", { method: "POST", body: '{"events":["INVOKE"]}', headers: { "Lambda-Extension-Name": "inner" } });
        const headers = { "Lambda-Extension-Identifier": registered.headers.get("lambda-extension-identifier") };
        const seen = [];
        (async () => { for (;;) seen.push(await (await fetch(base + "event/next", { headers })).json()); })();
        export const handler = async () => seen;`,
    },
  });
  await environment.invoke();
  const { json: seen } = await environment.invoke();
  expect(seen).toMatchObject([{ eventType: "INVOKE" }, { eventType: "INVOKE" }]);
});

const refusals: Array<{ title: string; type: string; call(a: ExtensionClient): Promise<Reply> }> = [
  {
    title: "a registration without a name",
    type: "Extension.InvalidExtensionName",
    call: (a) => callApi(a.port, "POST", "/2020-01-01/extension/register", { body: { events: [] } }),
  },
  {
    title: "an event that is none",
    type: "Extension.InvalidEventType",
    call: (a) => a.register(["START"]),
  },
  {
    title: "SHUTDOWN for an internal extension",
    type: "Extension.InvalidEventType",
    call: (a) => a.register(["SHUTDOWN"], { "Lambda-Extension-Name": "inner" }),
  },
  {
    title: "configuration keys",
    type: "InvalidRequestFormat",
    call: (a) =>
      callApi(a.port, "POST", "/2020-01-01/extension/register", {
        headers: { "Lambda-Extension-Name": "a" },
        body: { events: [], configurationKeys: ["x"] },
      }),
  },
  {
    title: "registering twice",
    type: "Extension.InvalidExtensionState",
    call: async (a) => {
      await a.register([]);
      return a.register([]);
    },
  },
  {
    title: "an internal extension of a name that is taken",
    type: "Extension.InvalidExtensionState",
    call: async (a) => {
      await a.register([], { "Lambda-Extension-Name": "inner" });
      return a.register([], { "Lambda-Extension-Name": "inner" });
    },
  },
  {
    title: "the eleventh extension",
    type: "Extension.TooManyExtensions",
    call: async (a) => {
      for (let count = 1; count < 10; count++)
        await a.register([], { "Lambda-Extension-Name": `inner-${count}` });
      return a.register([], { "Lambda-Extension-Name": "inner-10" });
    },
  },
  {
    title: "a call without an identifier",
    type: "Extension.MissingExtensionIdentifier",
    call: (a) => callApi(a.port, "GET", "/2020-01-01/extension/event/next"),
  },
  {
    title: "an identifier that is none",
    type: "Extension.InvalidExtensionIdentifier",
    call: (a) =>
      callApi(a.port, "GET", "/2020-01-01/extension/event/next", {
        headers: { "Lambda-Extension-Identifier": "x" },
      }),
  },
  {
    title: "an identifier of nobody",
    type: "Extension.UnknownExtensionIdentifier",
    call: (a) =>
      callApi(a.port, "GET", "/2020-01-01/extension/event/next", {
        headers: { "Lambda-Extension-Identifier": randomUUID() },
      }),
  },
  {
    title: "an error without a type",
    type: "Extension.MissingHeader",
    call: async (a) => {
      await a.register([]);
      return a.error("init", "");
    },
  },
];

for (const { title, type, call } of refusals) {
  claim(`refused with ${type}: ${title}`, async () => {
    await using environment = await startEnvironment(withExtensions("a"));
    const reply = await call(await connectExtension(environment.supervisor.layerRoot, "a"));
    expect(reply.status).toBe(403);
    expect(json(reply)).toEqual({ errorType: type, errorMessage: expect.any(String) });
  });
}

claim("a refused transition is told in Lambda's words", async () => {
  await using environment = await startEnvironment(withExtensions("a"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  expect(json(await a.register([]))).toEqual({
    errorType: "Extension.InvalidExtensionState",
    errorMessage:
      "State transition from Registered to Registered failed for extension a. Error: State transition is not allowed",
  });
});

claim("registration is closed, and init errors are over, once INIT is", async () => {
  await using environment = await startEnvironment(withExtensions("a"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  (await connectRuntime(environment.supervisor.taskRoot)).free();
  a.free();
  await environment.initialized();
  const late = await callApi(a.port, "POST", "/2020-01-01/extension/register", {
    headers: { "Lambda-Extension-Name": "inner" },
    body: { events: [] },
  });
  expect(json(late)).toEqual({
    errorType: "Extension.RegistrationClosed",
    errorMessage: "Extension registration closed already",
  });
  expect(json(await a.error("init", "Extension.Late"))).toMatchObject({
    errorType: "Extension.InvalidExtensionState",
    errorMessage: expect.stringMatching(/^State transition from Ready to InitError failed/),
  });
});

claim(
  "an extension that ends in INIT is a crash; told before, an init error; the next invocation starts all anew",
  async () => {
    await using environment = await startEnvironment({
      layer: waitingExtensions("a"),
      files: handler("return 1"),
    });
    const first = await connectExtension(environment.supervisor.layerRoot, "a");
    first.exit(3);
    expect(await environment.initialized()).toMatchObject({
      status: "error",
      error: { errorType: "Extension.Crash", errorMessage: "exit status 3" },
    });
    const failing = environment.invoke();
    const second = await connectExtension(environment.supervisor.layerRoot, "a", first);
    await second.register([]);
    expect(await second.error("init", "Extension.NoConfig")).toMatchObject({ status: 202 });
    second.exit(1);
    const { json: error, requestId, head } = await failing;
    expect(head?.functionError).toBe("Unhandled");
    expect(error).toEqual({
      errorType: "Extension.InitError",
      errorMessage: `RequestId: ${requestId} Error: exit status 1`,
    });
    const working = environment.invoke();
    const third = await connectExtension(environment.supervisor.layerRoot, "a", second);
    await third.register([]);
    third.free();
    expect((await working).json).toBe(1);
  },
);

for (const [title, told, errorType] of [
  ["without a word", false, "Extension.Crash"],
  ["after an exit error", true, "Extension.ExitError"],
] as const) {
  claim(`an extension that ends within an invocation, ${title}: ${errorType}`, async () => {
    await using environment = await startEnvironment({
      layer: waitingExtensions("a"),
      files: handler("await new Promise(() => setTimeout(() => 1, 1e6))"),
    });
    const a = await connectExtension(environment.supervisor.layerRoot, "a");
    await a.register(["INVOKE"]);
    const event = a.next();
    const result = environment.invoke({}, { timeoutMs: 20_000 });
    await event;
    if (told) await a.error("exit", "Extension.Broken");
    a.exit(0);
    const { json: error, requestId } = await result;
    expect(error).toEqual({ errorType, errorMessage: `RequestId: ${requestId} Error: exit code 0` });
  });
}

claim("an extension that ended between invocations is started again by the next", async () => {
  await using environment = await startEnvironment({
    layer: waitingExtensions("a"),
    files: handler("return 1"),
  });
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  a.free();
  expect((await environment.invoke()).json).toBe(1);
  a.exit(1);
  await waitFor("the extension to be gone", () => !isAlive(a.pid));
  const next = environment.invoke();
  const anew = await connectExtension(environment.supervisor.layerRoot, "a", a);
  await anew.register([]);
  anew.free();
  expect((await next).json).toBe(1);
});

claim("a file that cannot be executed is a launch error", async () => {
  await using environment = await startEnvironment({
    files: handler("return 1"),
    layer: { "extensions/broken": "no program" },
  });
  expect(await environment.initialized()).toMatchObject({
    status: "error",
    error: { errorType: "Extension.LaunchError", errorMessage: expect.stringContaining("extensions/broken") },
  });
});

claim("eleven external extensions are a launch error, and none is started", async () => {
  const names = Array.from({ length: 11 }, (_, index) => `e${index}`);
  await using environment = await startEnvironment(withExtensions(...names));
  expect(await environment.initialized()).toMatchObject({
    status: "error",
    error: { errorType: "Extension.LaunchError", errorMessage: "Extension limit (10) reached" },
  });
  expect(existsSync(`${environment.supervisor.scratch}/e0.pid`)).toBe(false);
});

claim(
  "SHUTDOWN: the runtime gets SIGTERM, then those who subscribed are told, the others are killed",
  async () => {
    await using environment = await startEnvironment({
      layer: waitingExtensions("a", "b"),
      files: {
        "index.mjs": `import fs from "node:fs";
        process.on("SIGTERM", () => { fs.writeFileSync(process.env.LAMBDA_TASK_ROOT + "/../tmp/terminated", ""); process.exit(0); });
        export const handler = async () => process.pid;`,
      },
    });
    const { layerRoot, taskRoot } = environment.supervisor;
    const a = await connectExtension(layerRoot, "a");
    const b = await connectExtension(layerRoot, "b");
    await a.register(["SHUTDOWN"]);
    await b.register([]);
    const told = a.event();
    b.free();
    const runtimePid = Number((await environment.invoke()).json);
    const before = Date.now();
    environment.peer.send("shutdown", { reason: "spindown", epoch: 1 });
    const event = await told;
    expect(event).toEqual({
      eventType: "SHUTDOWN",
      shutdownReason: "spindown",
      deadlineMs: expect.any(Number),
    });
    expect(Number(event.deadlineMs)).toBeLessThanOrEqual(Date.now() + 2000);
    expect(Number(event.deadlineMs)).toBeGreaterThanOrEqual(before);
    expect(existsSync(`${taskRoot}/../tmp/terminated`)).toBe(true);
    expect(isAlive(runtimePid)).toBe(false);
    expect(isAlive(a.pid)).toBe(true);
    a.exit(0);
    expect(await environment.supervisor.exited()).toEqual({ code: 0, signal: null });
    expect(b.isTerminated()).toBe(false);
    expect(isAlive(b.pid)).toBe(false);
  },
);

claim("an extension that does not end by its deadline is killed", async () => {
  await using environment = await startEnvironment({
    layer: waitingExtensions("a"),
    files: handler("return 1"),
  });
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register(["SHUTDOWN"]);
  const told = a.event();
  await environment.invoke();
  environment.peer.send("shutdown", { reason: "spindown", epoch: 1 });
  await told;
  expect(await environment.supervisor.exited()).toEqual({ code: 0, signal: null });
  expect(isAlive(a.pid)).toBe(false);
});

for (const [title, body, reason] of [
  ["a crash of the runtime", "process.exit(1)", "failure"],
  ["a timeout", "await new Promise(() => setTimeout(() => 1, 1e6))", "timeout"],
] as const) {
  claim(`after ${title} extensions are told SHUTDOWN for ${reason}`, async () => {
    await using environment = await startEnvironment({
      layer: waitingExtensions("a"),
      files: handler(body),
      assignment: { timeoutMs: 1000 },
    });
    const a = await connectExtension(environment.supervisor.layerRoot, "a");
    await a.register(["SHUTDOWN"]);
    const told = a.event();
    const result = environment.invoke();
    expect(await told).toMatchObject({ eventType: "SHUTDOWN", shutdownReason: reason });
    a.exit(0);
    expect((await result).head?.functionError).toBe("Unhandled");
  });
}
