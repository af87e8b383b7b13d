/** The Runtime API as any runtime may use it, well or badly: the test is the runtime here. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { claim } from "./harness/claim.ts";
import { type EnvironmentUnderTest, startEnvironment } from "./harness/environment.ts";
import { connectRuntime, type Reply, type RuntimeClient, waitingRuntime } from "./harness/runtime.ts";
import { waitFor } from "./harness/wait.ts";

async function start(): Promise<{ environment: EnvironmentUnderTest; runtime: RuntimeClient }> {
  const environment = await startEnvironment(waitingRuntime);
  return { environment, runtime: await connectRuntime(environment.supervisor.taskRoot) };
}

/** Starts an invocation and takes its event. */
async function take(environment: EnvironmentUnderTest, runtime: RuntimeClient, head = {}) {
  const requestId = randomUUID();
  const result = environment.invoke({ n: 1 }, { requestId, timeoutMs: 10_000, ...head });
  return { requestId, result, event: await runtime.next() };
}

const json = (reply: Reply) => ({ status: reply.status, ...JSON.parse(reply.text) });
const invalidTransition = (from: string, to: string) => ({
  status: 403,
  errorType: "InvalidStateTransition",
  errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
});
const invalidId = { status: 400, errorType: "InvalidRequestID", errorMessage: "Invalid request ID" };
const accepted = { status: 202, text: '{"status":"OK"}\n' };

claim("the next invocation comes with Lambda's headers, and without the empty ones", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const before = Date.now();
  const { requestId, result, event } = await take(environment, runtime, {
    traceId: "Root=1-2-3",
    clientContext: '{"custom":{"a":"b"}}',
    cognitoIdentity: '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
    tenantId: "blue",
  });
  expect(event).toMatchObject({ status: 200, text: '{"n":1}' });
  expect(event.headers).toMatchObject({
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": requestId,
    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
    "lambda-runtime-trace-id": "Root=1-2-3",
    "lambda-runtime-client-context": '{"custom":{"a":"b"}}',
    "lambda-runtime-cognito-identity": '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
    "lambda-runtime-aws-tenant-id": "blue",
  });
  const leftMs = Number(event.headers["lambda-runtime-deadline-ms"]) - before;
  expect(leftMs).toBeGreaterThan(9_000);
  expect(leftMs).toBeLessThan(12_000);
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: "1" });
  runtime.free();
  await result;
  const second = await take(environment, runtime);
  expect(second.event.headers).not.toHaveProperty("lambda-runtime-trace-id");
  expect(second.event.headers).not.toHaveProperty("lambda-runtime-aws-tenant-id");
  await runtime.call("POST", `/runtime/invocation/${second.requestId}/response`, { body: "1" });
  runtime.free();
  await second.result;
});

claim("a response is passed on byte for byte, with its type, and answered 202", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const path = `/runtime/invocation/${requestId}/response`;
  const headers = { "Content-Type": "text/odd" };
  expect(await runtime.call("POST", path, { headers, body: '{ "not":"parsed" ' })).toMatchObject(accepted);
  runtime.free();
  expect(await result).toMatchObject({
    text: '{ "not":"parsed" ',
    head: { mode: "buffered", contentType: "text/odd" },
  });
});

claim("a chunked response is a buffered one", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const head = `POST /2018-06-01/runtime/invocation/${requestId}/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n`;
  expect(await runtime.raw(`${head}3\r\n[1,\r\n2;x=y\r\n2]\r\n0\r\n\r\n`, /OK/)).toStartWith("HTTP/1.1 202");
  runtime.free();
  expect((await result).json).toEqual([1, 2]);
});

claim("an error is the caller's answer, verbatim", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const path = `/runtime/invocation/${requestId}/error`;
  const cause = JSON.stringify({ exceptions: [{ type: "MyOwn", message: "x", stack: [] }], paths: [] });
  const headers = {
    "Lambda-Runtime-Function-Error-Type": "Runtime.MyOwn",
    "Lambda-Runtime-Function-XRay-Error-Cause": cause,
  };
  expect(await runtime.call("POST", path, { headers, body: '{"my":"error"}' })).toMatchObject(accepted);
  runtime.free();
  expect(await result).toMatchObject({
    text: '{"my":"error"}',
    head: { functionError: "Unhandled" },
    end: { status: "error", errorCause: cause },
  });
});

claim("asking again while an invocation runs renders the same event again", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result, event } = await take(environment, runtime);
  expect((await runtime.next()).headers).toEqual(event.headers);
  expect(event.headers["lambda-runtime-aws-request-id"]).toBe(requestId);
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: "1" });
  runtime.free();
  expect((await result).json).toBe(1);
});

claim("calls out of turn are refused, and change nothing", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const post = async (path: string, body = "{}") => json(await runtime.call("POST", path, { body }));
  expect(await post(`/runtime/invocation/${randomUUID()}/response`)).toEqual(invalidId);
  const { requestId, result } = await take(environment, runtime);
  const path = `/runtime/invocation/${requestId}`;
  expect(await post("/runtime/init/error")).toEqual(invalidTransition("Running", "InitError"));
  expect(await post(`/runtime/invocation/${randomUUID()}/response`)).toEqual(invalidId);
  expect(await post(`/runtime/invocation/${randomUUID()}/error`)).toEqual(invalidId);
  expect((await runtime.call("POST", `${path}/response`, { body: "7" })).status).toBe(202);
  expect(await post(`${path}/response`)).toEqual(invalidTransition("ResponseSent", "InvocationResponse"));
  expect(await post(`${path}/error`)).toEqual(invalidTransition("ResponseSent", "InvocationErrorResponse"));
  runtime.free();
  expect((await result).json).toBe(7);
  expect(await post(`${path}/response`)).toEqual(invalidId);
});

claim("only streaming is a response mode; another one fails the invocation", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const headers = { "Lambda-Runtime-Function-Response-Mode": "sideways" };
  const path = `/runtime/invocation/${requestId}/response`;
  const reply = await runtime.call("POST", path, { headers, body: "1" });
  expect(json(reply)).toMatchObject({ status: 400, errorType: "InvalidFunctionResponseMode" });
  runtime.free();
  expect((await result).json).toMatchObject({ errorType: "Runtime.InvalidResponseModeHeader" });
});

claim("a response over the limit is answered 413 after it was read, and fails the invocation", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const path = `/runtime/invocation/${requestId}/response`;
  const reply = await runtime.call("POST", path, { body: Buffer.alloc(6_291_557, 32) });
  expect(json(reply)).toEqual({
    status: 413,
    errorType: "RequestEntityTooLarge",
    errorMessage: "Exceeded maximum allowed payload size (6291556 bytes).",
  });
  runtime.free();
  expect((await result).json).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
});

for (const [title, sentMb] of [
  ["that does not end is cut off", 80],
  ["that its sender breaks off", 7],
] as const) {
  claim(`a response over the limit ${title}: it fails its invocation, which is not run again`, async () => {
    const { environment, runtime } = await start();
    await using _ = environment;
    const { requestId, result } = await take(environment, runtime);
    const path = `/runtime/invocation/${requestId}/response`;
    const socket = runtime.open();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => socket.destroy());
    socket.write(`POST /2018-06-01${path} HTTP/1.1\r\nContent-Length: ${100 * 1024 * 1024}\r\n\r\n`);
    socket.write(Buffer.alloc(sentMb * 1024 * 1024, 32), () => socket.destroy());
    await closed;
    await waitFor("the answer", () =>
      environment.peer.received.some(
        ({ type, head }) => type === "responseEnd" && head.requestId === requestId,
      ),
    );
    const again = await runtime.call("POST", path, { body: "1" });
    expect(json(again)).toEqual(invalidTransition("ResponseSent", "InvocationResponse"));
    runtime.free();
    expect((await result).json).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });
}

claim("a response of exactly the limit passes", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const path = `/runtime/invocation/${requestId}/response`;
  expect((await runtime.call("POST", path, { body: Buffer.alloc(6_291_556, 120) })).status).toBe(202);
  runtime.free();
  expect((await result).text).toHaveLength(6_291_556);
});

claim("a response that breaks off may be sent again", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const path = `/runtime/invocation/${requestId}/response`;
  const socket = runtime.open();
  await new Promise<void>((resolve) => {
    socket.write(`POST /2018-06-01${path} HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf`, () => resolve());
  });
  socket.destroy();
  await new Promise((resolve) => socket.once("close", resolve));
  let reply = await runtime.call("POST", path, { body: "true" });
  // The break is heard of on another connection than the second try: it may come a moment later.
  for (let tries = 0; reply.status === 403 && tries < 100; tries++) {
    reply = await runtime.call("POST", path, { body: "true" });
  }
  expect(reply.status).toBe(202);
  runtime.free();
  expect((await result).json).toBe(true);
});

claim("a streaming response arrives as it is written", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const socket = runtime.open();
  socket.write(
    `POST /2018-06-01/runtime/invocation/${requestId}/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n\r\n5\r\nfirst\r\n`,
  );
  const chunks = () => environment.peer.received.filter(({ type }) => type === "responseChunk");
  await waitFor("the first chunk", () => chunks().length === 1);
  expect(environment.peer.received.some(({ type }) => type === "responseEnd")).toBe(false);
  socket.write("6\r\nsecond\r\n0\r\n\r\n");
  await waitFor("the second chunk", () => chunks().length === 2);
  runtime.free();
  const { head, text, responseEnd } = await result;
  expect(head).toMatchObject({ mode: "streaming", contentType: "text/event-stream" });
  expect(text).toBe("firstsecond");
  expect(responseEnd.error).toBeUndefined();
  socket.destroy();
});

claim("a stream that fails says so in its trailers", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const { requestId, result } = await take(environment, runtime);
  const body = Buffer.from('{"errorMessage":"mid"}').toString("base64");
  const trailers = `Lambda-Runtime-Function-Error-Type: Error\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n`;
  const reply = await runtime.raw(
    `POST /2018-06-01/runtime/invocation/${requestId}/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n\r\n4\r\npart\r\n0\r\n${trailers}\r\n`,
    /OK/,
  );
  expect(reply).toStartWith("HTTP/1.1 202");
  runtime.free();
  const { text, responseEnd } = await result;
  expect(text).toBe("part");
  expect(responseEnd.error).toEqual({ errorType: "Error", errorMessage: '{"errorMessage":"mid"}' });
});

claim("an init error is the caller's answer, verbatim", async () => {
  const { environment, runtime } = await start();
  await using _ = environment;
  const headers = { "Lambda-Runtime-Function-Error-Type": "Runtime.NoSuchHandler" };
  const body = '{"errorMessage":"nope","errorType":"X","requestId":""}';
  expect(await runtime.call("POST", "/runtime/init/error", { headers, body })).toMatchObject(accepted);
  expect(await environment.initialized()).toMatchObject({
    status: "error",
    error: { errorType: "X", errorMessage: "nope" },
  });
});
