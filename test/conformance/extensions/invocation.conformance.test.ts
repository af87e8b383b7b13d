/** Extensions beside the runtime (docs/lambda.md, Extensions API): INIT, INVOKE, and how long an invocation lasts with them. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { claim } from "../harness/claim.ts";
import { startEnvironment } from "../harness/environment.ts";
import {
  callApi,
  connectExtension,
  type ExtensionClient,
  isAlive,
  waitingExtensions,
  withExtensions,
} from "../harness/extension.ts";
import { connectRuntime, json } from "../harness/runtime.ts";
import { waitFor } from "../harness/wait.ts";

const handler = (body: string) => ({ "index.mjs": `export const handler = async (event) => { ${body} };` });

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
        let calls = 0;
        export const handler = async () => {
          for (calls++; seen.length < calls; ) await new Promise(setImmediate);
          return seen;
        };`,
    },
  });
  await environment.invoke();
  const { json: seen } = await environment.invoke();
  expect(seen).toMatchObject([{ eventType: "INVOKE" }, { eventType: "INVOKE" }]);
});
