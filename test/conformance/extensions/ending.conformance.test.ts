/** What an extension's end means, and how an environment's end is told to extensions (docs/lambda.md, Extensions API and outcomes). */
import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { claim } from "../harness/claim.ts";
import { startEnvironment } from "../harness/environment.ts";
import { connectExtension, isAlive, waitingExtensions, withExtensions } from "../harness/extension.ts";
import { waitFor } from "../harness/wait.ts";

const handler = (body: string) => ({ "index.mjs": `export const handler = async (event) => { ${body} };` });

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

const register = `
  const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension";
  const reply = await fetch(base + "/register",
    { method: "POST", headers: { "Lambda-Extension-Name": "inner" }, body: '{"events":["INVOKE"]}' });
  const headers = { "Lambda-Extension-Identifier": reply.headers.get("lambda-extension-identifier") };
  const follow = async () => { for (;;) await (await fetch(base + "/event/next", { headers })).text(); };
  follow().catch(() => {});`;

for (const [title, isInternal] of [
  ["with an internal extension alone the runtime is told SIGTERM and may end by itself", true],
  ["without extensions nobody is asked: the runtime is killed at once", false],
] as const) {
  claim(`SHUTDOWN: ${title}`, async () => {
    await using environment = await startEnvironment({
      files: {
        "index.mjs": `import fs from "node:fs";
          process.on("SIGTERM", () => { fs.writeFileSync(process.env.LAMBDA_TASK_ROOT + "/../tmp/terminated", ""); process.exit(0); });
          ${isInternal ? register : ""}
          export const handler = async () => process.pid;`,
      },
    });
    const runtimePid = Number((await environment.invoke()).json);
    environment.peer.send("shutdown", { reason: "spindown", epoch: 1 });
    expect(await environment.supervisor.exited()).toEqual({ code: 0, signal: null });
    expect(isAlive(runtimePid)).toBe(false);
    expect(existsSync(`${environment.supervisor.scratch}/terminated`)).toBe(isInternal);
  });
}

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
