/** Response streaming from a handler of the real Node.js runtime to HTTP clients and AWS's SDK: docs/streaming.md claims it. */
import { expect } from "bun:test";
import { connect } from "node:net";
import { InvokeWithResponseStreamCommand } from "@aws-sdk/client-lambda";
import { claim } from "./harness/claim.ts";
import { type System, type SystemOptions, startSystem } from "./harness/system.ts";
import { waitFor } from "./harness/wait.ts";

const streaming = (body: string, more: Partial<SystemOptions> = {}): SystemOptions => ({
  files: {
    "index.mjs": `
const { HttpResponseStream } = awslambda;
export const handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} });`,
  },
  ...more,
  spec: { url: { authType: "NONE", invokeMode: "RESPONSE_STREAM" }, ...more.spec },
});

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

async function invokeStreaming(system: System, payload: unknown, tail = false) {
  const { EventStream: events } = await system.lambda.send(
    new InvokeWithResponseStreamCommand({
      FunctionName: system.functionName,
      Payload: Buffer.from(JSON.stringify(payload)),
      ...(tail ? { LogType: "Tail" } : {}),
    }),
  );
  const chunks: string[] = [];
  for await (const event of events ?? []) {
    if (event.PayloadChunk !== undefined) chunks.push(text(event.PayloadChunk.Payload));
    if (event.InvokeComplete !== undefined) return { chunks, complete: event.InvokeComplete };
  }
  throw new Error("the stream ended without InvokeComplete");
}

claim("a function URL answers with the first byte, before the handler has ended", async () => {
  await using system = await startSystem(
    streaming(`stream.setContentType("text/event-stream"); stream.write("first");
      await new Promise((r) => setTimeout(r, 500)); stream.end("second " + (Date.now() - event.requestContext.timeEpoch >= 500));`),
  );
  const response = await fetch(system.url);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect(text((await reader.read()).value)).toBe("first");
  expect(text((await reader.read()).value)).toBe("second true");
  expect((await reader.read()).done).toBe(true);
});

claim("the HTTP integration's prelude makes status, headers and cookies; the rest is the body", async () => {
  await using system = await startSystem(
    streaming(`const s = HttpResponseStream.from(stream, { statusCode: 418, cookies: ["a=1", "b=2"],
      headers: { "content-type": "text/plain", "x-more": "yes" } }); s.write("short "); s.end("and stout")`),
  );
  const response = await fetch(system.url);
  expect([response.status, response.headers.get("x-more"), response.headers.getSetCookie()]).toEqual([
    418,
    "yes",
    ["a=1", "b=2"],
  ]);
  expect(await response.text()).toBe("short and stout");
});

claim("a handler that fails before its first byte is a 502, one that fails later is cut off", async () => {
  await using system = await startSystem(
    streaming(`if (event.rawPath === "/early") throw new Error("early");
      stream.write("part"); await new Promise((r) => setTimeout(r, 100));
      if (event.rawPath === "/late") throw new Error("late"); stream.end()`),
  );
  expect((await fetch(`${system.url}early`)).status).toBe(502);
  const late = await fetch(`${system.url}late`);
  expect(late.status).toBe(200);
  expect(await late.text().catch(() => "cut")).toBe("cut");
  expect(await (await fetch(system.url)).text()).toBe("part");
});

claim("AWS's SDK reads chunks as they come, and how it ended", async () => {
  await using system = await startSystem(
    streaming(`if (event.early) throw new TypeError("early"); console.log("a line of the log");
      stream.write("one"); await new Promise((r) => setTimeout(r, 100));
      if (event.late) throw new TypeError("late"); stream.end("two")`),
  );
  const whole = await invokeStreaming(system, {}, true);
  expect(whole.chunks).toEqual(["one", "two"]);
  expect(whole.complete.ErrorCode).toBeUndefined();
  expect(Buffer.from(whole.complete.LogResult ?? "", "base64").toString()).toContain("a line of the log");

  const late = await invokeStreaming(system, { late: true });
  expect([late.chunks, late.complete.ErrorCode]).toEqual([["one"], "TypeError"]);
  expect(JSON.parse(late.complete.ErrorDetails ?? "")).toMatchObject({ errorMessage: "late" });

  const early = await invokeStreaming(system, { early: true });
  expect([early.chunks, early.complete.ErrorCode]).toEqual([[], "Unhandled"]);
  expect(JSON.parse(early.complete.ErrorDetails ?? "")).toMatchObject({ errorMessage: "early" });
});

claim(
  "an ordinary handler can be invoked as a stream, and a streaming one for its whole response",
  async () => {
    await using system = await startSystem({
      files: { "index.mjs": "export const handler = async (event) => ({ got: event.n })" },
      spec: { url: { authType: "NONE", invokeMode: "RESPONSE_STREAM" } },
    });
    expect((await invokeStreaming(system, { n: 7 })).chunks.join("")).toBe('{"got":7}');
    expect(await (await fetch(system.url)).text()).toBe("{}");
  },
);

claim(
  "a streaming function behind a URL of BUFFERED answers with the whole, status and headers included",
  async () => {
    const source = streaming(
      `const s = HttpResponseStream.from(stream, { statusCode: 201, headers: { "x-more": "yes" } }); s.write("a"); s.end("b")`,
    );
    await using system = await startSystem({ ...source, spec: { url: { authType: "NONE" } } });
    const response = await fetch(system.url);
    expect([response.status, response.headers.get("x-more"), await response.text()]).toEqual([
      201,
      "yes",
      "ab",
    ]);
  },
);

claim("past its limit a streamed response breaks off, and the environment serves on", async () => {
  await using system = await startSystem(
    streaming(
      `for (let i = 0; i < event.kilobytes; i++) stream.write(Buffer.alloc(1024, 97)); stream.end()`,
      {
        settings: { invoke: { streamedResponseBytesMax: 100 * 1024 } },
      },
    ),
  );
  const over = await invokeStreaming(system, { kilobytes: 101 });
  expect(over.chunks.join("")).toHaveLength(100 * 1024);
  expect(over.complete.ErrorCode).toBe("Function.ResponseSizeTooLarge");
  const just = await invokeStreaming(system, { kilobytes: 100 });
  expect([just.chunks.join("").length, just.complete.ErrorCode]).toEqual([100 * 1024, undefined]);
});

/** More than the kernel's own buffers on the way can hold, which grow to tens of megabytes. */
const megabytes = 96;
const writesMegabytes = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
  for (let i = 0; i < ${megabytes} * 8; i++) {
    if (event.rawPath === "/small") break;
    const isTaken = stream.write(Buffer.alloc(128 * 1024, 120));
    console.log("wrote");
    if (!isTaken) await new Promise((r) => stream.once("drain", r));
  }
  stream.end("end");
});`;

const slow: SystemOptions = {
  files: { "index.mjs": writesMegabytes },
  spec: { url: { authType: "NONE", invokeMode: "RESPONSE_STREAM" } },
  settings: { invoke: { streamedResponseBytesMax: 2 * megabytes * 1024 * 1024 } },
  environments: 2,
};

const countOf = (log: string) => log.split("\twrote\n").length - 1;

/** How much the one handler that writes has handed over: it stands still once everybody on the way holds what they may. */
async function standsStill(system: System): Promise<number> {
  const bytes = () => Math.max(...system.supervisors.map(({ log }) => countOf(log()) * 128 * 1024));
  await waitFor("the handler to write", () => bytes() > 0);
  for (let before = -1; ; ) {
    const now = bytes();
    if (now === before) return now;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

claim(
  "a slow reader holds up its own function and nobody else's, and gets every byte in the end",
  async () => {
    await using system = await startSystem(slow);
    const { port, pathname } = new URL(system.url);
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`),
    );
    socket.pause();
    const written = await standsStill(system);
    expect(written).toBeLessThan((megabytes / 2) * 1024 * 1024);
    for (let turn = 0; turn < 10; turn++)
      expect(await (await fetch(`${system.url}small`)).text()).toBe("end");
    let received = 0;
    let last = "";
    socket.on("data", (bytes) => {
      received += bytes.length;
      last = (last + bytes.toString("latin1")).slice(-16);
    });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.resume();
    await closed;
    expect(received).toBeGreaterThan(megabytes * 1024 * 1024);
    expect(last).toContain("end");
  },
);

claim(
  "a reader that hangs up does not hurt the environment: it ends its response and serves the next",
  async () => {
    await using system = await startSystem({ ...slow, environments: 1 });
    const stop = new AbortController();
    const response = await fetch(system.url, { signal: stop.signal });
    await (response.body as ReadableStream<Uint8Array>).getReader().read();
    stop.abort();
    expect(await (await fetch(`${system.url}small`)).text()).toBe("end");
    const [{ log }] = system.supervisors as [System["supervisors"][number]];
    expect(countOf(log())).toBe(megabytes * 8);
  },
);

claim("an error of several MB before the first byte comes whole, as the stream's only event", async () => {
  await using system = await startSystem(streaming(`throw new Error("x".repeat(2_500_000))`));
  const { chunks, complete } = await invokeStreaming(system, {});
  expect([chunks, complete.ErrorCode]).toEqual([[], "Unhandled"]);
  const { errorType, errorMessage } = JSON.parse(complete.ErrorDetails ?? "");
  expect([errorType, errorMessage.length]).toEqual(["Error", 2_500_000]);
});
