/** Function URLs, pure: which one a request is for, the event it becomes, the answer a result becomes. */
import { expect, test } from "vitest";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import type { HttpAnswer } from "../listener/http.ts";
import { buildEvent, type UrlRequest } from "./event.ts";
import { matchUrl } from "./match.ts";
import { mapResult } from "./response.ts";
import { sourceOf } from "./source.ts";

const id = "a".repeat(32);
const domain = "lambda-url.localhost";

test.each<[string, string | undefined, string, boolean, ReturnType<typeof matchUrl>]>([
  [
    "the host's first label",
    `${id}.${domain}`,
    "/x",
    false,
    { id, domainName: `${id}.${domain}`, path: "/x" },
  ],
  [
    "a host with a port and capitals",
    `${id.toUpperCase()}.${domain}:8080`,
    "/",
    false,
    { id, domainName: `${id}.${domain}`, path: "/" },
  ],
  [
    "an absolute name, with a dot at its end",
    `${id}.${domain}.:8080`,
    "/",
    false,
    { id, domainName: `${id}.${domain}`, path: "/" },
  ],
  ["another domain", `${id}.example.com`, "/", false, undefined],
  ["a deeper host", `${id}.more.${domain}`, "/", false, undefined],
  ["the domain alone", domain, "/", false, undefined],
  ["no host", undefined, "/", false, undefined],
  ["the path, switched off", "gateway", `/${id}/x`, false, undefined],
  ["the path, switched on", "gateway", `/${id}/x/y`, true, { id, domainName: "gateway", path: "/x/y" }],
  ["the path without more", "gateway", `/${id}`, true, { id, domainName: "gateway", path: "/" }],
  ["a path that only begins like an id", "gateway", `/${id}b/x`, true, undefined],
])("matches by %s", (_, host, path, pathForm, expected) => {
  expect(matchUrl(host, path, { domain, pathForm })).toEqual(expected);
});

test.each<[string, string, string | undefined, number, string]>([
  ["nobody is trusted", "10.0.0.1", "1.2.3.4", 0, "10.0.0.1"],
  ["one proxy is trusted", "10.0.0.1", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"],
  ["two proxies are trusted", "10.0.0.1", "6.6.6.6, 1.2.3.4, 5.6.7.8", 2, "1.2.3.4"],
  ["a trusted proxy says nothing", "10.0.0.1", undefined, 1, "10.0.0.1"],
  ["an IPv4 client over IPv6", "::ffff:10.0.0.1", undefined, 0, "10.0.0.1"],
])("the source when %s", (_, remote, forwarded, trusted, ip) => {
  expect(sourceOf(remote, forwarded, trusted).ip).toBe(ip);
});

const request: UrlRequest = {
  method: "POST",
  path: "/a%20b",
  query: "x=1&x=2&y=%C3%BC",
  headers: [
    ["Content-Type", "application/json"],
    ["cookie", "a=1; b=2"],
    ["x-forwarded-for", "6.6.6.6"],
    ["x-amzn-trace-id", "Root=forged"],
    ["user-agent", "curl/8"],
    ["connection", "keep-alive"],
  ],
  body: Buffer.from('{"name":"ü"}'),
  id,
  domainName: `${id}.${domain}`,
  source: { ip: "1.2.3.4", forwardedFor: "1.2.3.4" },
  scheme: "https",
  port: 443,
  requestId: "r-1",
  traceId: "Root=1-2-3",
  timeMs: Date.UTC(2020, 2, 12, 19, 3, 58),
};

test("an event has payload format 2.0's shape, field by field", () => {
  expect(JSON.parse(buildEvent(request))).toEqual({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/a%20b",
    rawQueryString: "x=1&x=2&y=%C3%BC",
    cookies: ["a=1", "b=2"],
    headers: {
      "content-type": "application/json",
      "user-agent": "curl/8",
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
      "x-amzn-trace-id": "Root=1-2-3",
    },
    queryStringParameters: { x: "1,2", y: "ü" },
    requestContext: {
      accountId: "anonymous",
      apiId: id,
      domainName: `${id}.${domain}`,
      domainPrefix: id,
      http: {
        method: "POST",
        path: "/a%20b",
        protocol: "HTTP/1.1",
        sourceIp: "1.2.3.4",
        userAgent: "curl/8",
      },
      requestId: "r-1",
      routeKey: "$default",
      stage: "$default",
      time: "12/Mar/2020:19:03:58 +0000",
      timeEpoch: request.timeMs,
    },
    body: '{"name":"ü"}',
    isBase64Encoded: false,
  });
});

test.each<[string, [string, string][], Uint8Array, { body?: string; isBase64Encoded: boolean }]>([
  [
    "text",
    [["content-type", "text/plain; charset=utf-8"]],
    Buffer.from("hi"),
    { body: "hi", isBase64Encoded: false },
  ],
  [
    "xml of a vendor",
    [["content-type", "application/atom+xml"]],
    Buffer.from("<a/>"),
    { body: "<a/>", isBase64Encoded: false },
  ],
  [
    "a form",
    [["content-type", "application/x-www-form-urlencoded"]],
    Buffer.from("a=1"),
    { body: "YT0x", isBase64Encoded: true },
  ],
  [
    "several parts",
    [["content-type", "multipart/form-data; boundary=x"]],
    Buffer.from("--x"),
    { body: "LS14", isBase64Encoded: true },
  ],
  [
    "an image",
    [["content-type", "image/png"]],
    Uint8Array.of(137, 80),
    { body: "iVA=", isBase64Encoded: true },
  ],
  ["no type", [], Buffer.from("hi"), { body: "aGk=", isBase64Encoded: true }],
  [
    "text that is no UTF-8",
    [["content-type", "text/plain"]],
    Uint8Array.of(255, 254),
    { body: "//4=", isBase64Encoded: true },
  ],
  [
    "text that is compressed",
    [
      ["content-type", "text/plain"],
      ["content-encoding", "gzip"],
    ],
    Buffer.from("hi"),
    { body: "aGk=", isBase64Encoded: true },
  ],
  ["nothing", [["content-type", "text/plain"]], new Uint8Array(0), { isBase64Encoded: false }],
])("a body of %s", (_, headers, body, expected) => {
  const event = JSON.parse(buildEvent({ ...request, headers, body }));
  expect({
    ...("body" in event ? { body: event.body } : {}),
    isBase64Encoded: event.isBase64Encoded,
  }).toEqual(expected);
});

test("a query parameter named __proto__ is a parameter like any other", () => {
  const event = JSON.parse(buildEvent({ ...request, query: "__proto__=x" }));
  expect(Object.entries(event.queryStringParameters)).toEqual([["__proto__", "x"]]);
});

const json: [string, string] = ["content-type", "application/json"];

test.each<[string, unknown, Partial<HttpAnswer>]>([
  ["an object without statusCode is the body", { a: 1 }, { status: 200, headers: [json], body: '{"a":1}' }],
  ["a string is the body, unquoted", "hello", { status: 200, headers: [json], body: "hello" }],
  ["a number is the body", 7, { status: 200, headers: [json], body: "7" }],
  ["null is the body", null, { status: 200, headers: [json], body: "null" }],
  ["a list is the body", [1, "a"], { status: 200, headers: [json], body: '[1,"a"]' }],
  ["statusCode alone", { statusCode: 204 }, { status: 204, headers: [json], body: "" }],
  ["statusCode as text", { statusCode: "201", body: "x" }, { status: 201, body: "x" }],
  [
    "headers, in lower case",
    { statusCode: 200, headers: { "X-A": "1", "Content-Type": "text/html" }, body: "<p>" },
    {
      headers: [
        ["x-a", "1"],
        ["content-type", "text/html"],
      ],
      body: "<p>",
    },
  ],
  [
    "header values that are no strings",
    { statusCode: 200, headers: { a: 1, b: true, c: null } },
    { headers: [["a", "1"], ["b", "true"], json] },
  ],
  [
    "a header's value in Latin-1",
    { statusCode: 200, headers: { a: "caf\u00e9" } },
    { headers: [["a", "caf\u00e9"], json] },
  ],
  [
    "cookies",
    { statusCode: 200, cookies: ["a=1; Secure", "b=2"] },
    { headers: [["set-cookie", "a=1; Secure"], ["set-cookie", "b=2"], json] },
  ],
  [
    "headers with several values",
    { statusCode: 200, multiValueHeaders: { "x-m": ["1", "2"] } },
    { headers: [["x-m", "1"], ["x-m", "2"], json] },
  ],
  [
    "a body in base64",
    { statusCode: 200, body: "/w==", isBase64Encoded: true },
    { body: Buffer.from([255]) },
  ],
  [
    "base64 of the other alphabet, in lines",
    { statusCode: 200, body: "_w\n==\r\n", isBase64Encoded: true },
    { body: Buffer.from([255]) },
  ],
  [
    "headers that are ours to say are dropped",
    {
      statusCode: 200,
      headers: {
        "content-length": "9",
        connection: "close",
        "transfer-encoding": "chunked",
        "X-Amzn-RequestId": "another's",
        "x-amzn-trace-id": "Root=1",
      },
    },
    { headers: [json] },
  ],
])("%s", (_, result, expected) => {
  expect(mapResult(Buffer.from(JSON.stringify(result)))).toMatchObject(expected);
});

test.each<[string, string]>([
  ["no JSON", "not json"],
  ["a status that is none", '{"statusCode":"many"}'],
  ["a status out of range", '{"statusCode":99}'],
  ["a header's name with a blank", '{"statusCode":200,"headers":{"a b":"1"}}'],
  ["a header's value with a line break", '{"statusCode":200,"headers":{"a":"1\\r\\nset-cookie: x"}}'],
  ["a header's value that is not Latin-1", '{"statusCode":200,"headers":{"a":"\u65e5\u672c.pdf"}}'],
  ["a body that is not the base64 it says", '{"statusCode":200,"body":"<p>","isBase64Encoded":true}'],
  ["a cookie with a line break", '{"statusCode":200,"cookies":["a=1\\nb"]}'],
])("a result with %s is a bad gateway", (_, text) => {
  expect(mapResult(Buffer.from(text))).toMatchObject({ status: 502, body: "Internal Server Error" });
});

test.each([
  ["spaces before an exclamation mark", `${" ".repeat(40_000)}!`, 502],
  ["nothing but padding", "=".repeat(40_000), 502],
  ["spaces between padding", `${" ".repeat(20_000)}=${" ".repeat(20_000)}!`, 502],
])(
  "what says base64 and is %s is refused as fast as base64 of its length is read (H3)",
  (_, body, status) => {
    const clock = createSystemClock();
    const look = (said: string) => {
      const result = Buffer.from(JSON.stringify({ statusCode: 200, body: said, isBase64Encoded: true }));
      const looks = Array.from({ length: 20 }, () => {
        const startedAtMs = clock.monotonicMs();
        const { status } = mapResult(result);
        return { status, tookMs: clock.monotonicMs() - startedAtMs };
      });
      // The fastest: the others may have waited for the machine.
      return { tookMs: Math.min(...looks.map(({ tookMs }) => tookMs)), status: looks[0]?.status };
    };
    const valid = look("/w".repeat(20_000));
    const found = look(body);
    expect([valid.status, found.status]).toEqual([200, status]);
    expect(found.tookMs).toBeLessThan(100 * (valid.tookMs + 1));
  },
);
