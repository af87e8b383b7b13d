/** What every listener must do, whichever server is underneath: the contract both adapters are held to. */
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { join, lengthOf } from "../aside/pieces.ts";
import type { HttpHandler, HttpListener, ListenerOptions } from "../listener/http.ts";
import { exchange, json } from "./exchange.ts";
import { roomContract } from "./room.ts";
import { streamContract } from "./streaming.ts";

type Listen = (options: ListenerOptions, handler: HttpHandler) => HttpListener | Promise<HttpListener>;

const bodyBytesMax = 64 * 1024;
const clock = createSystemClock();

/** Registers the contract's tests. */
export function listenerContract(name: string, listen: Listen): void {
  const serve = async (handler: HttpHandler, more: Partial<ListenerOptions> = {}) => {
    const heldBytesMax = 64 * 1024 * 1024;
    const bounds = { bodyBytesMax, heldBytesMax, heldBytesMaxPerTenant: heldBytesMax };
    const listener = await listen({ host: "127.0.0.1", port: 0, ...bounds, ...more }, handler);
    return { port: listener.port, close: listener.close, [Symbol.asyncDispose]: listener.close };
  };
  const echo: HttpHandler = async (request) => {
    const body = await request.body("a");
    const { method, path, query, remoteAddress } = request;
    const said = { method, path, query, remoteAddress, headers: Object.fromEntries(request.headers()) };
    const bytes = body.kind === "whole" ? lengthOf(body.pieces) : -1;
    return json(body.kind === "tooLarge" ? 413 : 200, { ...said, body: body.kind, bytes });
  };

  test(`${name}: gives path and query as they came, header names in lower case`, async () => {
    await using it = await serve(echo);
    const text = await exchange(
      it.port,
      "GET /a%2Fb//c?x=%20&y=1&x=2 HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nX-Two: 2\r\nConnection: close\r\n\r\n",
    );
    expect(text).toContain("HTTP/1.1 200");
    const said = JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4));
    expect(said).toMatchObject({ method: "GET", path: "/a%2Fb//c", query: "x=%20&y=1&x=2", bytes: 0 });
    expect(said.headers["x-two"]).toBe("1, 2");
    expect(said.remoteAddress).toContain("127.0.0.1");
  });

  test(`${name}: reads a body of the largest size, and refuses one byte more, announced or not`, async () => {
    await using it = await serve(echo);
    const post = (bytes: number, chunked: boolean) => {
      const body = Buffer.alloc(bytes, "x");
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(body);
          controller.close();
        },
      });
      const init = chunked ? { body: stream, duplex: "half" as const } : { body };
      return fetch(`http://127.0.0.1:${it.port}/`, { method: "POST", ...init });
    };
    for (const chunked of [false, true]) {
      const whole = await post(bodyBytesMax, chunked);
      expect(await whole.json()).toMatchObject({ body: "whole", bytes: bodyBytesMax });
      const tooLarge = await post(bodyBytesMax + 1, chunked);
      expect(tooLarge.status).toBe(413);
      expect(await tooLarge.json()).toMatchObject({ body: "tooLarge" });
    }
  });

  test.each([60, 300, 2_000])(
    `${name}: bodies of %i KB that come at once are each its own`,
    async (kilobytes) => {
      const all = Promise.withResolvers<void>();
      let there = 0;
      await using it = await serve(
        async (request) => {
          const body = await request.body("a");
          there++;
          if (there === 4) all.resolve();
          await all.promise;
          return { status: 200, headers: [], body: body.kind === "whole" ? join(body.pieces) : body.kind };
        },
        { bodyBytesMax: 4 * 1024 * 1024 },
      );
      const bodies = [1, 2, 3, 4].map((fill) => Buffer.alloc(kilobytes * 1024, fill));
      const answers = await Promise.all(
        bodies.map((body) => fetch(`http://127.0.0.1:${it.port}/`, { method: "POST", body })),
      );
      for (const [index, answer] of answers.entries())
        expect(bodies[index]?.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
    },
  );

  test(`${name}: a client that sends all of a body too large before it reads is told so, not cut off`, async () => {
    await using it = await serve(echo);
    const piece = Buffer.alloc(1024 * 1024);
    const pieces = 16;
    const socket = connect(it.port, "127.0.0.1");
    socket.pause();
    const send = (bytes: Buffer | string) =>
      new Promise<void>((resolve, reject) =>
        socket.write(bytes, (error) => (error ? reject(error) : resolve())),
      );
    await send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${pieces * piece.length}\r\n\r\n`);
    for (let sent = 0; sent < pieces; sent++) await send(piece);
    const [answer] = await once(socket.resume(), "data");
    socket.destroy();
    expect(String(answer)).toContain("HTTP/1.1 413");
  });

  test(`${name}: gigabytes are refused when they are announced`, async () => {
    await using it = await serve(echo);
    const text = await exchange(
      it.port,
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000000\r\n\r\nthe first of them",
    );
    expect(text).toContain("HTTP/1.1 413");
  });

  test(`${name}: sends headers that come several times, bytes as they are, and no body with a 204`, async () => {
    const bytes = Uint8Array.from([0, 255, 254, 10]);
    await using it = await serve(async ({ path }) =>
      path === "/none"
        ? { status: 204, headers: [], body: "" }
        : {
            status: 201,
            headers: [
              ["set-cookie", "a=1"],
              ["set-cookie", "b=2"],
            ],
            body: bytes,
          },
    );
    const response = await fetch(`http://127.0.0.1:${it.port}/`);
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect((await fetch(`http://127.0.0.1:${it.port}/none`)).status).toBe(204);
  });

  test(`${name}: a head over the limit is a 431, one that makes no sense a 400`, async () => {
    await using it = await serve(echo);
    const large = `GET / HTTP/1.1\r\nHost: h\r\nX-Large: ${"x".repeat(32 * 1024)}\r\n\r\n`;
    expect(await exchange(it.port, large)).toContain("HTTP/1.1 431");
    expect(await exchange(it.port, "nonsense\r\n\r\n")).toContain("HTTP/1.1 400");
  });

  test(`${name}: a head that never ends is cut off`, async () => {
    await using it = await serve(echo);
    const startedMs = clock.monotonicMs();
    await exchange(it.port, "POST / HTTP/1.1\r\nHost: h\r\nX-Slow:");
    expect(clock.monotonicMs() - startedMs).toBeLessThan(25_000);
  }, 30_000);

  test(`${name}: a client that hangs up in the middle of its body is told to the handler as broken`, async () => {
    const read = Promise.withResolvers<string>();
    await using it = await serve(async (request) => {
      read.resolve((await request.body("a")).kind);
      return json(200, {});
    });
    const socket = connect(it.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf", () => socket.destroy());
    expect(await read.promise).toBe("broken");
  });

  test(`${name}: a client that hangs up while it waits fires the signal`, async () => {
    const arrived = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    await using it = await serve(async (request) => {
      await request.body("a");
      request.signal.addEventListener("abort", () => gone.resolve());
      arrived.resolve();
      await gone.promise;
      return json(200, {});
    });
    const socket = connect(it.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await arrived.promise;
    socket.destroy();
    await gone.promise;
  });

  streamContract(name, serve);
  roomContract(name, serve);

  test(`${name}: a handler that throws is a 500 and takes nothing else down`, async () => {
    await using it = await serve(async ({ path }) => {
      if (path === "/bad") throw new Error("a fault");
      return json(200, {});
    });
    expect((await fetch(`http://127.0.0.1:${it.port}/bad`)).status).toBe(500);
    expect((await fetch(`http://127.0.0.1:${it.port}/good`)).status).toBe(200);
  });

  test(`${name}: closing finishes what is in flight, answers who comes late, and then takes nothing new`, async () => {
    const arrived = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const it = await serve(async ({ path }) => {
      arrived.resolve();
      if (path === "/slow") await goOn.promise;
      return json(200, { path });
    });
    const slow = fetch(`http://127.0.0.1:${it.port}/slow`);
    await arrived.promise;
    const closed = it.close();
    const late = await fetch(`http://127.0.0.1:${it.port}/late`);
    expect(late.headers.get("connection")).toBe("close");
    expect(await late.json()).toEqual({ path: "/late" });
    goOn.resolve();
    expect(await (await slow).json()).toEqual({ path: "/slow" });
    await closed;
    await expect(fetch(`http://127.0.0.1:${it.port}/`)).rejects.toThrow();
  });

  test(`${name}: closing waits for no client that merely keeps its connection`, async () => {
    const it = await serve(echo);
    const idle = connect(it.port, "127.0.0.1");
    idle.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await new Promise((resolve) => idle.once("data", resolve));
    const cut = new Promise((resolve) => idle.once("close", resolve));
    idle.resume();
    const startedAtMs = clock.monotonicMs();
    await it.close();
    expect(clock.monotonicMs() - startedAtMs).toBeLessThan(2_000);
    await cut;
  });
}
