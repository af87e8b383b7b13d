/** The Lambda Web Adapter as it is: an extension that asks for invocations itself, so that an ordinary web server is a function. */
import { expect, test } from "bun:test";
import { startEnvironment } from "./harness/environment.ts";
import { webAdapterLayer } from "./harness/webadapter.ts";

/** A web server that knows nothing of Lambda. */
const server = `#!/usr/bin/python3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Page(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("content-length", 0))
        body = (self.command + " " + self.path + " " + self.rfile.read(length).decode()).encode()
        self.send_response(404 if self.path.startswith("/nothing") else 201)
        self.send_header("content-type", "text/plain")
        self.send_header("x-greeting", self.headers.get("x-name", ""))
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = answer
ThreadingHTTPServer(("127.0.0.1", 8099), Page).serve_forever()
`;

/** A function URL's event, payload format 2.0. */
const request = (method: string, path: string, body?: string) => ({
  version: "2.0",
  routeKey: "$default",
  rawPath: path,
  rawQueryString: "q=1",
  headers: {
    host: "f.example.com",
    "x-name": "Ada",
    ...(body === undefined ? {} : { "content-type": "text/plain" }),
  },
  queryStringParameters: { q: "1" },
  requestContext: {
    accountId: "anonymous",
    apiId: "f",
    domainName: "f.example.com",
    domainPrefix: "f",
    http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
    requestId: "r",
    routeKey: "$default",
    stage: "$default",
    time: "12/Mar/2020:19:03:58 +0000",
    timeEpoch: 1583348638390,
  },
  ...(body === undefined ? {} : { body }),
  isBase64Encoded: false,
});

/** The first time the adapter is compiled, which takes minutes. */
const buildMsMax = 900_000;

test(
  "an ordinary web server is a function by way of the Lambda Web Adapter",
  async () => {
    await using environment = await startEnvironment({
      language: "provided.al2023",
      files: { bootstrap: { content: server, mode: 0o755 } },
      layer: await webAdapterLayer(),
      assignment: {
        runtime: "provided.al2023",
        timeoutMs: 10_000,
        variables: { AWS_LWA_PORT: "8099", AWS_LWA_READINESS_CHECK_PATH: "/" },
      },
    });
    const first = await environment.invoke(request("GET", "/hello"));
    expect(first.json).toMatchObject({
      statusCode: 201,
      headers: { "content-type": "text/plain", "x-greeting": "Ada" },
      body: "GET /hello?q=1 ",
    });
    const posted = await environment.invoke(request("POST", "/form", "a=b"));
    expect(posted.json).toMatchObject({ statusCode: 201, body: "POST /form?q=1 a=b" });
    expect((await environment.invoke(request("GET", "/nothing"))).json).toMatchObject({ statusCode: 404 });
    expect(environment.supervisor.log()).toContain(
      "EXTENSION\tName: lambda-adapter\tState: Ready\tEvents: []\n",
    );
  },
  buildMsMax,
);
