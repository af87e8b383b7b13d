/** Whatever a hostile function sends to the APIs of its environment: its own environment goes on, and its invocation is answered. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { fc } from "../support/properties.ts";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { connectRuntime, type Reply, type RuntimeClient, waitingRuntime } from "./harness/runtime.ts";

async function start() {
  const environment = await startEnvironment(waitingRuntime);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const requestId = randomUUID();
  const result = environment.invoke({}, { requestId, timeoutMs: 50_000 });
  await runtime.next();
  return { environment, runtime, result, path: `/runtime/invocation/${requestId}/response` };
}

const garbage: Array<[title: string, bytes: string | Uint8Array, reply: RegExp]> = [
  ["bytes that are no HTTP", "\x00\x01\x02 hello\r\n\r\n", /^HTTP\/1.1 400 /],
  ["a lower-case method", "get / HTTP/1.1\r\n\r\n", /^HTTP\/1.1 400 /],
  ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^HTTP\/1.1 400 /],
  ["a header without a colon", "GET / HTTP/1.1\r\nnonsense\r\n\r\n", /^HTTP\/1.1 400 /],
  ["a length that is no number", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", /^HTTP\/1.1 400 /],
  [
    "two framings at once",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    /^HTTP\/1.1 400 /,
  ],
  [
    "a chunk size that is no number",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    /HTTP\/1.1 400 /,
  ],
  ["a head without an end", "x".repeat(200_000), /^HTTP\/1.1 431 /],
  [
    "a path nobody serves",
    "GET /2018-06-01/nothing HTTP/1.1\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 404 /,
  ],
  [
    "a method nobody serves",
    "PUT /2018-06-01/runtime/invocation/next HTTP/1.1\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 405 /,
  ],
  [
    "half a request, then nothing",
    "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf",
    /^$/,
  ],
];

claim("garbage is refused and hurts nobody", async () => {
  const { environment, runtime, result, path } = await start();
  await using _ = environment;
  for (const [title, bytes, expected] of garbage) {
    if (title.startsWith("half")) runtime.open().write(bytes);
    else expect([title, await runtime.raw(bytes)]).toEqual([title, expect.stringMatching(expected)]);
  }
  expect((await runtime.call("POST", path, { body: "1" })).status).toBe(202);
  runtime.free();
  expect((await result).json).toBe(1);
});

claim("more connections than allowed are closed, and the runtime's own goes on", async () => {
  const { environment, runtime, result, path } = await start();
  await using _ = environment;
  const sockets = Array.from({ length: 400 }, () => runtime.open().on("error", () => {}));
  await Promise.race(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  for (const socket of sockets) socket.destroy();
  let reply: Reply | undefined;
  for (let tries = 0; reply === undefined && tries < 100; tries++) {
    reply = await runtime.call("POST", path, { body: "1" }).catch(() => undefined);
  }
  expect(reply?.status).toBe(202);
  runtime.free();
  expect((await result).json).toBe(1);
});

const target = fc.oneof(
  fc.constantFrom(
    "/2018-06-01/runtime/invocation/next",
    "/2018-06-01/runtime/init/error",
    "/2018-06-01/runtime/restore/next",
    "/2018-06-01/runtime/restore/error",
    "/2018-06-01/ping",
    "/2018-06-01/runtime/invocation/none/response",
    "/2018-06-01/runtime/invocation/none/error",
    "/2020-01-01/extension/register",
    "/2020-01-01/extension/event/next",
    "/2020-01-01/extension/init/error",
    "/2020-01-01/extension/exit/error",
    "/2022-07-01/telemetry",
    "/2020-08-15/logs",
  ),
  fc.webPath(),
  fc.string({ maxLength: 40 }),
);
const header = fc.oneof(
  fc.constantFrom(
    "Transfer-Encoding: chunked",
    "Content-Length: 4",
    "Content-Length: 99999999999999",
    "Connection: close",
    "Expect: 100-continue",
    "Lambda-Runtime-Function-Response-Mode: streaming",
    "Lambda-Runtime-Function-Error-Type: Runtime.\u0000",
    'Lambda-Runtime-Function-XRay-Error-Cause: {"exceptions":[{"stack":7}]}',
    "Lambda-Extension-Name: a",
    "Lambda-Extension-Identifier: 0",
    "Lambda-Extension-Function-Error-Type: Extension.\u0000",
    "Lambda-Extension-Accept-Feature: accountId",
  ),
  fc.string({ maxLength: 60 }),
);
const method = fc.constantFrom("GET", "POST", "PUT", "OPTIONS", "get", "");
const request = fc
  .record({
    method,
    target,
    headers: fc.array(header, { maxLength: 5 }),
    body: fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.json({ maxDepth: 3 }),
      fc.constantFrom(
        '{"events":["INVOKE","SHUTDOWN"]}',
        '{"events":7,"configurationKeys":[]}',
        '{"schemaVersion":"2022-12-13","types":["platform"],"destination":{"protocol":"TCP","port":99999}}',
        '{"schemaVersion":"2022-12-13","types":[],"destination":{"URI":"http://[::"},"buffering":{"maxItems":-1}}',
      ),
    ),
  })
  .map(({ method, target, headers, body }) =>
    Buffer.from([`${method} ${target} HTTP/1.1`, ...headers, "", body].join("\r\n"), "latin1"),
  );
const noise = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
const torn = fc.tuple(request, fc.nat(400)).map(([bytes, at]) => bytes.subarray(0, at % (bytes.length + 1)));

/** Sends it all and hangs up; what is answered is read, so that no write of the server's waits. */
function send(runtime: RuntimeClient, pieces: Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = runtime.open();
    socket.resume();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve());
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
}

claim("nothing that is sent to the environment's APIs ends the supervisor or the invocation", async () => {
  const { environment, runtime, result, path } = await start();
  await using _ = environment;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(request, noise, torn), { minLength: 1, maxLength: 4 }),
      async (sent) => {
        await send(runtime, sent);
        const reply = await runtime.call("GET", "/ping");
        expect([reply.status, reply.text]).toEqual([200, "pong"]);
      },
    ),
    { numRuns: 2000, interruptAfterTimeLimit: 30_000 },
  );
  await runtime.call("POST", path, { body: '"unharmed"' });
  runtime.free();
  expect((await result).json).toBe("unharmed");
  expect(environment.supervisor.notes()).not.toContain("broken");
});
