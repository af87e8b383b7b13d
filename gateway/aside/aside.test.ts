/** Large bodies in threads: the same bytes as without, and nobody's stands in another's way (H3). */

import { afterAll, expect, test } from "vitest";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { fc } from "../../test/support/properties.ts";
import { createAside } from "./aside.ts";
import { type JobKind, type Jobs, perform } from "./job.ts";
import { asideLimits } from "./limits.ts";
import type { Pieces } from "./pieces.ts";

const open = { threadsMax: 1, hereBytesMax: -1, bytesMax: 1 << 30, bytesMaxPerTenant: 1 << 30 };
const clock = createSystemClock();
const always = createAside({ clock }, open);
afterAll(() => always[Symbol.asyncDispose]());

const bytesOf = (done: Jobs[JobKind]["to"]) => {
  if (done instanceof Uint8Array) return { bytes: Buffer.from(done) };
  return "body" in done ? { ...done, body: Buffer.from(done.body) } : done;
};

async function expectSame<K extends JobKind>(kind: K, from: () => Jobs[K]["from"]) {
  const here = bytesOf(perform(kind, from()));
  expect(bytesOf(await always.do("team", kind, from()))).toEqual(here);
}

function aRequest(contentType: string, body: Uint8Array): Jobs["event"]["from"] {
  return {
    method: "POST",
    path: "/a%20b",
    query: "x=1&x=2",
    headers: [
      ["content-type", contentType],
      ["cookie", "a=1; b=2"],
    ],
    body: inPieces(body),
    id: "a".repeat(32),
    domainName: "x.example",
    source: { ip: "1.2.3.4", forwardedFor: "1.2.3.4" },
    scheme: "https",
    port: 443,
    requestId: "r-1",
    traceId: "Root=1-2-3",
    timeMs: 0,
  };
}

/** As it may have come: of several pieces, of which one has a buffer of its own and others share theirs. */
function inPieces(body: Uint8Array): Pieces {
  const third = Math.ceil(body.length / 3);
  return [body.slice(0, third), body.subarray(third, 2 * third), body.subarray(2 * third)];
}

const text = fc.string({ unit: "binary", maxLength: 200 });

test("every request becomes the same event in a thread, byte for byte", async () => {
  const types = fc.constantFrom("text/plain", "application/json", "image/png");
  const bodies = fc.oneof(fc.uint8Array({ maxLength: 300 }), text.map(Buffer.from));
  await fc.assert(
    fc.asyncProperty(types, bodies, (type, body) => expectSame("event", () => aRequest(type, body.slice()))),
  );
});

test("every result becomes the same answer in a thread, byte for byte, though it is no JSON", async () => {
  const structured = fc.record(
    {
      statusCode: fc.oneof(fc.integer({ min: 90, max: 700 }), text),
      headers: fc.dictionary(fc.constantFrom("a", "B", "connection"), fc.oneof(text, fc.integer())),
      cookies: fc.array(text, { maxLength: 2 }),
      body: fc.oneof(text, fc.base64String(), fc.jsonValue()),
      isBase64Encoded: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const results = fc.oneof(structured, fc.jsonValue(), text).map((value) => JSON.stringify(value));
  const bodies = fc.oneof(results, text).map((said) => Buffer.from(said));
  await fc.assert(fc.asyncProperty(bodies, (body) => expectSame("result", () => ({ body: inPieces(body) }))));
});

test("every payload is JSON in a thread exactly when it is on the loop, and stays the same bytes", async () => {
  const json = fc.json().map((said) => Buffer.from(said));
  const bodies = fc.oneof(json, text.map(Buffer.from), fc.uint8Array({ minLength: 1, maxLength: 300 }));
  await fc.assert(
    fc.asyncProperty(bodies, (body) => expectSame("payload", () => ({ body: inPieces(body) }))),
  );
});

test("every function's error becomes the same event of a stream in a thread", async () => {
  const errors = fc.record({
    body: text.map((said) => new Uint8Array(Buffer.from(said))),
    functionError: fc.constantFrom("Unhandled" as const, undefined),
    logTail: fc.option(fc.base64String(), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(errors, (error) =>
      expectSame("completion", () => ({ ...error, body: inPieces(error.body) })),
    ),
  );
});

test("a collected stream becomes the same answer in a thread, and bytes stay bytes", async () => {
  const heads = fc.constantFrom('{"statusCode":201,"headers":{"a":"b"}}', '{"statusCode":1}', "no JSON", "");
  await fc.assert(
    fc.asyncProperty(heads, fc.uint8Array({ maxLength: 300 }), async (head, rest) => {
      const body = inPieces(Buffer.concat([Buffer.from(head), Buffer.alloc(8), rest]));
      await expectSame("collected", () => ({ body: body.map((piece) => piece.slice()) }));
      await expectSame("whole", () => ({ body: body.map((piece) => piece.slice()) }));
    }),
  );
});

test("a result nested too deep to be read is a bad gateway, wherever it is read", async () => {
  const deep = Buffer.from("[".repeat(1_000_000) + "]".repeat(1_000_000));
  await expectSame("result", () => ({ body: inPieces(deep) }));
  expect((await always.do("team", "result", { body: inPieces(deep) })).status).toBe(502);
});

test("a large result does not hold up the loop: what comes after it is done before it", async () => {
  await using aside = createAside({ clock });
  const large = Buffer.from(JSON.stringify("x".repeat(5_000_000)));
  const order: string[] = [];
  const slow = aside.do("a", "result", { body: [large] }).then(() => order.push("large"));
  await aside.do("b", "result", { body: [Buffer.from('"small"')] }).then(() => order.push("small"));
  await slow;
  expect(order).toEqual(["small", "large"]);
});

test("a large body's pieces are handed over as they are, without a copy", async () => {
  await using aside = createAside({ clock });
  const pieces = ['"', "x".repeat(100_000), '"'].map((said) => new Uint8Array(Buffer.from(said)));
  const { body } = await aside.do("a", "result", { body: pieces });
  expect(Buffer.from(body).toString()).toBe("x".repeat(100_000));
  expect(pieces.map(({ buffer }) => buffer.byteLength)).toEqual([0, 0, 0]);
});

test("one tenant's many large bodies wait behind each other; another's waits for one of them at most", async () => {
  await using aside = createAside({ clock }, { ...open, threadsMax: 1, hereBytesMax: 0 });
  const order: string[] = [];
  const one = (tenant: string) =>
    aside.do(tenant, "result", { body: [Buffer.from('"x"')] }).then(() => order.push(tenant));
  await Promise.all([one("a"), one("a"), one("a"), one("a"), one("b")]);
  expect(order.indexOf("b")).toBeLessThan(3);
});

test("past the bytes that may wait, a body is refused with 503, and later ones are taken again", async () => {
  await using aside = createAside({ clock }, { ...open, bytesMax: 10, bytesMaxPerTenant: 10 });
  const one = (bytes: number) => aside.do("a", "result", { body: [new Uint8Array(bytes).fill(0x31)] });
  const [running, waiting, refused] = await Promise.allSettled([one(10), one(10), one(10)]);
  expect([running, waiting].map((each) => each?.status)).toEqual(["fulfilled", "fulfilled"]);
  expect(refused).toMatchObject({ reason: { code: "ServiceUnavailableException" } });
  expect((await one(10)).status).toBe(200);
});

test("a job that never ends is given up after its time, and another namespace's is done by another thread (H3)", async () => {
  const source = `
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ kind, from }) => {
      while (kind === "payload");
      parentPort.postMessage({ kind: "done", to: from.body[0] });
    });`;
  const program = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const time = createTestClock();
  await using aside = createAside({ clock: time }, { ...open, program });
  const endless = expect(aside.do("a", "payload", { body: [new Uint8Array(1)] })).rejects.toThrow(
    "within 10 s",
  );
  const next = aside.do("b", "result", { body: [new Uint8Array([7])] });
  await time.advance(asideLimits.jobMsMax);
  await endless;
  expect(await next).toEqual(new Uint8Array([7]));
  // Its time ended with it: what comes long after is not given up for what was before.
  await time.advance(asideLimits.jobMsMax);
  expect(await aside.do("b", "result", { body: [new Uint8Array([8])] })).toEqual(new Uint8Array([8]));
});
