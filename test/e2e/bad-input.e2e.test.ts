/** What clients send wrong: a clear answer, and nobody else notices. */
import { afterEach, describe, expect, test } from "bun:test";
import { installation } from "../support/installation.ts";
import { aFunction, publicUrl } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { type RawAnswer, rawRequest } from "../support/raw.ts";
import { call } from "../support/url.ts";

const namespace = testNamespace("input", (made) => made.ready(aFunction("echo", { url: publicUrl })));
const invocations = `${installation.api}/2015-03-31/functions/echo/invocations`;
const bytesMax = 6 * 1024 * 1024;
const authorization = `AWS4-HMAC-SHA256 Credential=${namespace.name}/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00`;
const host = async () => new URL((await namespace.status("echo")).url ?? "").host;

/** Whatever was sent, the next caller is served. */
afterEach(async () => {
  expect((await namespace.sdk.invoke("echo", { still: "here" })).json<unknown>()).toEqual({
    echo: { still: "here" },
  });
  expect((await namespace.url("echo")).status).toBe(200);
});

async function invoke(body: string, headers: Record<string, string> = {}) {
  const answer = await call(invocations, { method: "POST", body, headers: { authorization, ...headers } });
  return { status: answer.status, code: answer.headers.get("x-amzn-errortype"), body: answer.text };
}

/** Bytes as they are, to a listener. */
const raw = (target: string, text: string, seconds = 10): Promise<RawAnswer> =>
  rawRequest(target, text, seconds);

describe("the Lambda API answers", () => {
  for (const body of ["{", "not json", `{"a":}`, "[1,2", "\u0000", `{"a":1} trailing`]) {
    test(`400 InvalidRequestContentException to ${JSON.stringify(body)}`, async () => {
      expect(await invoke(body)).toMatchObject({ status: 400, code: "InvalidRequestContentException" });
    });
  }

  test("200 to an empty body", async () => {
    expect((await invoke("")).status).toBe(200);
  });

  test("413 to 6 MB and a byte, said with Content-Length or in chunks", async () => {
    const body = JSON.stringify("x".repeat(bytesMax - 1));
    expect((await invoke(body)).status).toBe(413);
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
    const answer = await call(invocations, { method: "POST", body: chunks, headers: { authorization } });
    expect(answer.status).toBe(413);
  });

  test("413 at once to a Content-Length of gigabytes, without waiting for them", async () => {
    const head = [
      "POST /2015-03-31/functions/echo/invocations HTTP/1.1",
      "Host: api",
      `Authorization: ${authorization}`,
      "Content-Length: 5000000000",
    ];
    expect((await raw(installation.api, `${head.join("\r\n")}\r\n\r\n{`)).status).toBe(413);
  });

  test("400 to an unknown invocation type and a malformed client context", async () => {
    expect(await invoke("{}", { "x-amz-invocation-type": "Sometimes" })).toMatchObject({
      status: 400,
      code: expect.stringMatching(/^(ValidationException|InvalidParameterValueException)$/),
    });
    expect(await invoke("{}", { "x-amz-client-context": "%%%" })).toMatchObject({ status: 400 });
  });

  test("404 with a body to an operation that does not exist, 405 or 404 to another method", async () => {
    const unknown = await call(`${installation.api}/2099-01-01/nothing`, { headers: { authorization } });
    expect(unknown.status).toBe(404);
    expect(unknown.text).not.toBe("");
    const method = await call(invocations, { method: "PATCH", headers: { authorization } });
    expect([404, 405]).toContain(method.status);
  });

  for (const name of ["..%2F..%2Fetc", "%00", "a".repeat(200), "echo%20x", "échø", "%ff"]) {
    test(`400 or 404 to the name ${name.slice(0, 20)}`, async () => {
      const answer = await call(invocations.replace("/echo/", `/${name}/`), {
        method: "POST",
        body: "{}",
        headers: { authorization },
      });
      expect([400, 404]).toContain(answer.status);
    });
  }
});

describe("a function URL answers", () => {
  test("413 to a body over 6 MB", async () => {
    expect((await namespace.url("echo", { body: "x".repeat(bytesMax + 1) })).status).toBe(413);
  });

  test("431 or 400 to headers that never end", async () => {
    const head = `GET / HTTP/1.1\r\nHost: ${await host()}\r\n${`X-Long: ${"a".repeat(1000)}\r\n`.repeat(200)}\r\n`;
    expect([400, 431]).toContain((await raw(installation.url, head)).status ?? 431);
  });

  test("400 to what is no HTTP", async () => {
    expect((await raw(installation.url, "HELLO\r\n\r\n")).status ?? 400).toBe(400);
  });

  test("400 to two lengths that disagree, and nothing is smuggled behind them", async () => {
    const head = [
      "POST / HTTP/1.1",
      `Host: ${await host()}`,
      "Content-Length: 4",
      "Transfer-Encoding: chunked",
    ];
    const smuggled = `GET /2015-03-31/functions HTTP/1.1\r\nHost: ${await host()}\r\n\r\n`;
    const answer = await raw(installation.url, `${head.join("\r\n")}\r\n\r\n0\r\n\r\n${smuggled}`);
    expect(answer.text.match(/^HTTP\/1\.1/gm)?.length ?? 0).toBeLessThanOrEqual(2);
    expect(answer.text).not.toContain('2015-03-31/functions"');
  });
});

describe("a request half sent", () => {
  test("runs nothing, and is ended when the client goes", async () => {
    const head = `POST / HTTP/1.1\r\nHost: ${await host()}\r\nContent-Length: 1000\r\n\r\n{"half":`;
    // Closed by us after a moment: what matters is that the next caller (afterEach) is served.
    const answer = await raw(installation.url, head, 1);
    expect(answer.status === undefined || answer.status >= 400).toBe(true);
  });

  test("by many clients at once stalls nobody", async () => {
    const head = `POST / HTTP/1.1\r\nHost: ${await host()}\r\nContent-Length: 1000\r\n\r\n{"half":`;
    const slow = Array.from({ length: 50 }, () => raw(installation.url, head, 3));
    expect((await namespace.url("echo")).status).toBe(200);
    await Promise.all(slow);
  });
});
