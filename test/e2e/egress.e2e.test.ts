/** The one way out for what is fetched on a user's behalf: internal addresses are refused, however they are written or led to. */
import { beforeAll, describe, expect, test } from "bun:test";
import { type FileServer, fileServer } from "../support/fileserver.ts";
import { judge } from "../support/judge.ts";
import { aFunction, type FunctionSpecInput } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";

const namespace = testNamespace("egress");
let server: FileServer;
const judged = (name: string, spec: Partial<FunctionSpecInput>) => judge(namespace, aFunction(name, spec));

beforeAll(async () => {
  server = await fileServer(namespace.name);
});

describe("the egress port", () => {
  const internal = [
    "http://127.0.0.1:8081/code.zip",
    "http://localhost:9090/metrics",
    "http://[::1]:8081/code.zip",
    "http://169.254.169.254/latest/meta-data",
    "http://kubernetes.default.svc/api",
    "http://kambda-nats.kambda-system.svc:4222/",
    "http://0.0.0.0:8081/",
    "http://2130706433:8081/",
  ];
  const isName = (url: string) => /[a-z]$/.test(new URL(url).hostname);
  for (const [index, url] of internal.entries()) {
    test.concurrent(`refuses the internal address ${url}`, async () => {
      const status = await judged(`internal-${index}`, { code: { url, sha256: "0".repeat(64) } });
      // Of a name nothing is told apart: it is as one that cannot be looked up, and looked up again.
      const stateReasonCode = isName(url) ? "SourceUnreachable" : "SourceAccessDenied";
      expect(status).toMatchObject({ state: "Failed", stateReasonCode });
      expect(status.stateReason).toMatch(/internal|not allowed|refused/i);
    });
  }

  test("refuses a redirect to an internal address", async () => {
    const url = `${server.address}/redirect?to=${encodeURIComponent("http://169.254.169.254/latest")}`;
    const status = await judged("redirected-inside", { code: { url, sha256: "0".repeat(64) } });
    expect(status).toMatchObject({ state: "Failed", stateReasonCode: "SourceAccessDenied" });
  });

  test("ends a circle of redirects", async () => {
    const circle = `${server.address}/redirect?to=${encodeURIComponent("/redirect?to=%2Fredirect")}`;
    const status = await judged("circle", { code: { url: circle, sha256: "0".repeat(64) } });
    expect(status.state).toBe("Failed");
  });
});
