import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { EgressError } from "./error.ts";
import { createEgress } from "./request.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server of the test's own; its port. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Names resolve as the test says, one answer a look-up; loopback is allowed unless it says otherwise. */
function anEgress(names: Record<string, string[]> = {}, egress: object = { allowCidrs: ["127.0.0.0/8"] }) {
  const looked: string[] = [];
  const port = createEgress({
    clock: createSystemClock(),
    settings: settingsSchema.parse({ egress }),
    resolve: async (hostname) => {
      looked.push(hostname);
      const found = names[hostname];
      if (found === undefined) throw new Error("ENOTFOUND");
      return found;
    },
  });
  const get = (url: string, more: { bytesMax?: number; headers?: Record<string, string> } = {}) =>
    port.request({ url, method: "GET", bytesMax: 1000, ...more });
  return { get, looked };
}

/** The error of a fetch that is to fail. */
async function failure(fetched: Promise<unknown>): Promise<EgressError> {
  const error = await fetched.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EgressError)) throw error;
  return error;
}

describe("what is fetched on a user's behalf", () => {
  test("comes from the address that was judged, under the name's Host, looked up once", async () => {
    const port = await serve((request, response) => response.end(`for ${request.headers.host}`));
    const { get, looked } = anEgress({ "code.example": ["127.0.0.1"] });
    const response = await get(`http://code.example:${port}/x`);
    expect([response.status, response.body.toString()]).toEqual([200, `for code.example:${port}`]);
    expect(looked).toEqual(["code.example"]);
  });

  test.each([
    ["http://127.0.0.1/", "loopback"],
    ["http://[::1]/", "IPv6 loopback"],
    ["http://2130706433/", "loopback as a number"],
    ["http://169.254.169.254/latest/meta-data/", "metadata"],
    ["ftp://code.example/", "another scheme"],
    ["file:///etc/passwd", "a file"],
    ["http://user:secret@code.example/", "a URL with a password"],
    ["not a url", "no URL"],
  ])("is refused: %s (%s)", async (url) => {
    const error = await failure(anEgress({ "code.example": ["93.184.216.34"] }, {}).get(url));
    expect(error.reason).toBe("refused");
    expect(error.message).not.toMatch(/secret/);
  });

  test("says the same of an internal name, of one that does not exist and of one that cannot be looked up now", async () => {
    const names = { "internal.example": ["10.0.0.1"], "empty.example": [] };
    const { get } = anEgress(names, {});
    const said = async (name: string) => {
      const { reason, message } = await failure(get(`http://${name}/`));
      return { reason, message: message.replace(name, "NAME") };
    };
    const internal = await said("internal.example");
    expect(internal).toEqual({ reason: "noAddress", message: expect.not.stringContaining("10.0.0.1") });
    expect(await said("empty.example")).toEqual(internal);
    expect(await said("nowhere.example")).toEqual(internal);
  });

  test("says of an internal name no more than of one that does not exist", async () => {
    const { get } = anEgress({ "internal.example": ["10.0.0.1"] }, {});
    const [there, not] = [
      await failure(get("http://internal.example/")),
      await failure(get("http://nothing.example/")),
    ];
    expect(there.message.replace("internal.example", "x")).toBe(not.message.replace("nothing.example", "x"));
  });

  test("passes over the internal ones of several addresses", async () => {
    const port = await serve((_request, response) => response.end("ok"));
    const { get } = anEgress({ "code.example": ["10.0.0.1", "127.0.0.1"] });
    expect((await get(`http://code.example:${port}/`)).status).toBe(200);
  });

  test("follows redirects, each judged like the first", async () => {
    const port = await serve((request, response) => {
      if (request.url === "/there") return response.end("here");
      return response
        .writeHead(302, { location: request.url === "/out" ? "http://10.0.0.1/" : "/there" })
        .end();
    });
    const { get } = anEgress({ "code.example": ["127.0.0.1"] });
    expect((await get(`http://code.example:${port}/`)).body.toString()).toBe("here");
    expect((await failure(get(`http://code.example:${port}/out`))).reason).toBe("refused");
  });

  test("stops after as many redirects as the settings say", async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked++;
      response.writeHead(302, { location: "/again" }).end();
    });
    const { get } = anEgress({}, { allowCidrs: ["127.0.0.0/8"], redirectsMax: 2 });
    expect((await failure(get(`http://127.0.0.1:${port}/`))).message).toContain("redirects too often");
    expect(asked).toBe(3);
  });

  test("takes credentials to no other host", async () => {
    const seen: (string | undefined)[] = [];
    const second = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(307, { location: `http://127.0.0.1:${second}/` }).end();
    });
    await anEgress().get(`http://127.0.0.1:${first}/`, { headers: { authorization: "Bearer x" } });
    expect(seen).toEqual(["Bearer x", undefined]);
  });

  test.each([
    ["announced", true],
    ["not announced", false],
  ])("is cut off when too large, %s", async (_, announced) => {
    const port = await serve((_request, response) => {
      if (announced) response.setHeader("content-length", 1001);
      response.write("x".repeat(600));
      response.end("x".repeat(401));
    });
    expect((await failure(anEgress().get(`http://127.0.0.1:${port}/`))).reason).toBe("tooLarge");
  });

  test("is given up when it takes too long, by the clock", async () => {
    const port = await serve(() => undefined);
    const clock = createTestClock();
    const settings = settingsSchema.parse({ egress: { allowCidrs: ["127.0.0.0/8"], timeoutMsMax: 5000 } });
    const egress = createEgress({ clock, settings, resolve: async () => [] });
    const fetched = failure(egress.request({ url: `http://127.0.0.1:${port}/`, method: "GET", bytesMax: 1 }));
    await clock.advance(5001);
    expect((await fetched).reason).toBe("timeout");
  });

  test("that is not there or breaks off is unreachable", async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half");
      setImmediate(() => response.destroy());
    });
    expect((await failure(anEgress().get(`http://127.0.0.1:${port}/`))).reason).toBe("unreachable");
    expect((await failure(anEgress().get("http://127.0.0.1:1/"))).reason).toBe("unreachable");
  });
});
