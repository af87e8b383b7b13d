/** Function URLs: payload format 2.0 both ways, CORS, hosts and paths, and that nothing else can be reached there. */
import { describe, expect, test } from "bun:test";
import { installation } from "../support/installation.ts";
import { kubectl } from "../support/kubectl.ts";
import { aFunction, aHandler, publicUrl } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";
import { call, callUrl, type UrlAnswer } from "../support/url.ts";

/** Answers with what it is told to, or with its event. */
const shapes = aHandler(
  "shapes",
  `const shape = event.queryStringParameters?.shape;
  const answers = {
    string: "hello", number: 42, list: [1, "a"], object: { a: 1 }, nothing: undefined,
    status: { statusCode: 418, headers: { "x-own": "yes", "content-type": "text/plain" }, body: "teapot" },
    binary: { statusCode: 200, headers: { "content-type": "image/png" }, isBase64Encoded: true, body: "iVBORwD/" },
    cookies: { statusCode: 200, cookies: ["a=1; Path=/", "b=2; HttpOnly"], body: "" },
    empty: { statusCode: 204 },
    redirect: { statusCode: 302, headers: { location: "https://example.com/" } },
    invalid: { statusCode: "many", body: "x" },
  };
  return shape === undefined ? event : answers[shape];`,
  { url: publicUrl },
);
const cors = aHandler(
  "cors",
  `return { statusCode: 200, headers: { "access-control-allow-origin": "mine" }, body: "ok" };`,
  {
    url: {
      authType: "NONE",
      cors: {
        allowOrigins: ["https://app.example.com"],
        allowMethods: ["GET", "PUT"],
        allowHeaders: ["x-token"],
        exposeHeaders: ["x-own"],
        allowCredentials: true,
        maxAge: 300,
      },
    },
  },
);
const signed = aFunction("signed", { url: { authType: "AWS_IAM" } });
const internal = aFunction("internal");

const namespace = testNamespace("url", (made) => made.ready(shapes, cors, signed, internal));

interface UrlEvent {
  version: string;
  routeKey: string;
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  requestContext: {
    accountId: string;
    apiId: string;
    domainName: string;
    domainPrefix: string;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
    requestId: string;
    routeKey: string;
    stage: string;
    time: string;
    timeEpoch: number;
  };
  body?: string;
  isBase64Encoded: boolean;
}

const event = async (...words: Parameters<typeof namespace.url>) =>
  (await namespace.url(...words)).json<UrlEvent>();
const shape = (name: string): Promise<UrlAnswer> => namespace.url("shapes", { path: `/?shape=${name}` });

describe("the event", () => {
  test("is payload format 2.0: path undecoded, query and headers joined by commas, cookies apart", async () => {
    const { urlId, url } = await namespace.status("shapes");
    const got = await event("shapes", {
      path: "/a%20b/c?x=1&x=2&y=%C3%BC&empty=",
      headers: { "X-Custom": "One", cookie: "a=1; b=2", "user-agent": "claims/1" },
    });
    expect(got).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/a%20b/c",
      rawQueryString: "x=1&x=2&y=%C3%BC&empty=",
      cookies: ["a=1", "b=2"],
      queryStringParameters: { x: "1,2", y: "ü", empty: "" },
      isBase64Encoded: false,
      requestContext: {
        accountId: "anonymous",
        apiId: urlId ?? "",
        domainName: new URL(url ?? "").hostname,
        domainPrefix: urlId ?? "",
        http: { method: "GET", path: "/a%20b/c", protocol: "HTTP/1.1", userAgent: "claims/1" },
        routeKey: "$default",
        stage: "$default",
      },
    });
    expect(got.headers["x-custom"]).toBe("One");
    expect(got.headers).not.toHaveProperty("cookie");
    expect(got.headers["x-forwarded-proto"]).toBe("http");
    expect(got.headers["x-forwarded-for"]).toBe(got.requestContext.http.sourceIp);
    expect(got.headers["x-amzn-trace-id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}/);
    expect(got.requestContext.time).toMatch(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/);
    expect(Math.abs(got.requestContext.timeEpoch - Date.now())).toBeLessThan(60_000);
    expect(got).not.toHaveProperty("body");
  });

  test("carries text as it is and binary in base64", async () => {
    const text = await event("shapes", { body: "grüße", headers: { "content-type": "text/plain" } });
    expect(text).toMatchObject({ body: "grüße", isBase64Encoded: false });
    const json = await event("shapes", { body: `{"a":1}`, headers: { "content-type": "application/json" } });
    expect(json).toMatchObject({ body: `{"a":1}`, isBase64Encoded: false });
    const bytes = new Uint8Array([0, 255, 128]);
    const binary = await event("shapes", {
      body: bytes,
      headers: { "content-type": "application/octet-stream" },
    });
    expect(binary).toMatchObject({ body: "AP+A", isBase64Encoded: true });
  });

  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    test(`says ${method}`, async () => {
      expect((await event("shapes", { method })).requestContext.http.method).toBe(method);
    });
  }

  test("believes no X-Forwarded-For of the caller's", async () => {
    const got = await event("shapes", { headers: { "x-forwarded-for": "6.6.6.6" } });
    expect(got.requestContext.http.sourceIp).not.toBe("6.6.6.6");
  });

  test("carries no header of ours that the caller made up", async () => {
    const got = await event("shapes", { headers: { "x-amz-invocation-type": "Event" } });
    expect(got.version).toBe("2.0");
  });
});

describe("the answer", () => {
  const plain: Record<string, { text: string; type?: string }> = {
    string: { text: "hello" },
    number: { text: "42" },
    list: { text: `[1,"a"]` },
    object: { text: `{"a":1}` },
  };
  for (const [name, { text }] of Object.entries(plain)) {
    test(`of a ${name} is its JSON, application/json`, async () => {
      const answer = await shape(name);
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text });
      expect(answer.headers.get("content-type")).toBe("application/json");
    });
  }

  test("has the status, headers and body the function says", async () => {
    const answer = await shape("status");
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 418, text: "teapot" });
    expect(answer.headers.get("x-own")).toBe("yes");
    expect(answer.headers.get("content-type")).toBe("text/plain");
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("decodes a base64 body to its bytes", async () => {
    expect((await shape("binary")).bytes).toEqual(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0xff]));
  });

  test("sets each cookie in a header of its own", async () => {
    expect((await shape("cookies")).headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2; HttpOnly"]);
  });

  test("may be empty or a redirect", async () => {
    expect((await shape("empty")).status).toBe(204);
    const redirect = await shape("redirect");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "https://example.com/"]);
  });

  test("of a malformed shape is 502", async () => {
    expect((await shape("invalid")).status).toBe(502);
  });
});

describe("CORS", () => {
  const origin = "https://app.example.com";
  const preflight = {
    origin,
    "access-control-request-method": "PUT",
    "access-control-request-headers": "x-token",
  };

  test("answers a preflight without the function", async () => {
    const answer = await namespace.url("cors", { method: "OPTIONS", headers: preflight });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET,PUT",
      "access-control-allow-headers": "x-token",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "300",
    });
  });

  test("sets the headers of an answer, over the function's own", async () => {
    const answer = await namespace.url("cors", { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-expose-headers")).toBe("x-own");
    expect(answer.headers.get("vary")?.toLowerCase()).toContain("origin");
  });

  test("gives another origin nothing", async () => {
    const answer = await namespace.url("cors", { headers: { origin: "https://evil.example.com" } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("the address", () => {
  test("also works as a path, with the rest as the function's path", async () => {
    const { urlId } = await namespace.status("shapes");
    const answer = await call(`${installation.url}/${urlId}/sub/path?x=1`);
    expect(answer.json<UrlEvent>()).toMatchObject({ rawPath: "/sub/path", rawQueryString: "x=1" });
  });

  test("survives an update and a restore from Git", async () => {
    const { url, urlId } = await namespace.status("internal");
    expect(url).toBeUndefined();
    expect(urlId).toBeUndefined();
    const restored = aFunction("restored", { url: publicUrl });
    await namespace.ready(restored);
    const first = (await namespace.status("restored")).url;
    await namespace.ready({ ...restored, spec: { ...restored.spec, memorySize: 256 } });
    expect((await namespace.status("restored")).url).toBe(first);
    await kubectl(["-n", namespace.name, "delete", "function", "restored", "--timeout=60s"]);
    await namespace.ready(restored);
    expect((await namespace.status("restored")).url).toBe(first);
    expect((await namespace.url("restored")).status).toBe(200);
  });

  test("is gone when the function no longer has a URL", async () => {
    const brief = aFunction("brief", { url: publicUrl });
    await namespace.ready(brief);
    const { url = "" } = await namespace.status("brief");
    expect((await callUrl(url)).status).toBe(200);
    await namespace.ready(aFunction("brief"));
    await until("the URL to be gone", 60, async () => (await callUrl(url)).status === 403);
  });
});

describe("the public listener", () => {
  test("answers an unknown id as it answers one that is gone: 403, by host and by path", async () => {
    const { url = "" } = await namespace.status("shapes");
    const unknown = "a".repeat(32);
    const domain = new URL(url).host.slice(33);
    for (const answer of [
      await callUrl(`http://${unknown}.${domain}/`),
      await call(`${installation.url}/${unknown}/`),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.headers.get("x-amzn-errortype")).toBe("AccessDeniedException");
      expect(answer.json<unknown>()).toEqual({ Message: null });
    }
  });

  test("answers what is no function URL with 404, whatever functions are called", async () => {
    const { url = "" } = await namespace.status("shapes");
    for (const answer of [
      await call(`${installation.url}/`),
      await call(`${installation.url}/shapes`),
      await callUrl("http://example.com/"),
      await callUrl(`http://shapes.${new URL(url).host.slice(33)}/`),
    ]) {
      expect(answer.status).toBe(404);
    }
  });

  const elsewhere = [
    "/2015-03-31/functions/shapes/invocations",
    "/2015-03-31/functions/",
    "/metrics",
    "/healthz",
    "/readyz",
    "/debug",
    "/2018-06-01/runtime/invocation/next",
  ];
  for (const path of elsewhere) {
    test(`does not serve ${path}`, async () => {
      for (const method of ["GET", "POST"]) {
        expect((await call(`${installation.url}${path}`, { method })).status).toBe(404);
      }
    });
  }

  test("refuses an unsigned request to an AWS_IAM URL as Lambda does", async () => {
    const answer = await namespace.url("signed");
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-amzn-errortype")).toBe("AccessDeniedException");
    expect(answer.json<{ Message: string }>().Message).toStartWith("Forbidden.");
  });
});
