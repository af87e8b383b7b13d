/** The part of every listener's contract about bodies that are streamed to their clients. */
import { connect } from "node:net";
import { expect, test } from "vitest";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import {
  type HttpAnswer,
  type HttpHandler,
  type HttpStream,
  type ListenerOptions,
  StreamBroken,
} from "../listener/http.ts";
import { exchange } from "./exchange.ts";

export type Serve = (
  handler: HttpHandler,
  more?: Partial<ListenerOptions>,
) => Promise<AsyncDisposable & { port: number }>;

const clock = createSystemClock();
const requestId: [string, string] = ["x-amzn-requestid", "0-1"];

/** Registers its tests, which start a listener each by `serve`. */
export function streamContract(name: string, serve: Serve): void {
  test(`${name}: a streamed body is sent as it comes, and its end is its end`, async () => {
    const second = Promise.withResolvers<Uint8Array | undefined>();
    const pieces = [Promise.resolve(Buffer.from("first ")), second.promise, Promise.resolve(undefined)];
    await using it = await serve(async () => streamed(() => pieces.shift() ?? Promise.resolve(undefined)));
    const response = await fetch(`http://127.0.0.1:${it.port}/`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("first ");
    second.resolve(Buffer.from("second"));
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("second");
    expect((await reader.read()).done).toBe(true);
  });

  test(`${name}: a streamed body goes no faster than its client takes it, and hears that it has gone`, async () => {
    const piece = Buffer.alloc(256 * 1024);
    const gone = Promise.withResolvers<void>();
    let made = 0;
    await using it = await serve(async () =>
      streamed(
        async () => {
          made++;
          return piece;
        },
        () => gone.resolve(),
      ),
    );
    const socket = connect(it.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    socket.pause();
    let before = -1;
    // What the two kernels hold is taken at once; then it stands still.
    while (made !== before) {
      before = made;
      await clock.sleep(200);
    }
    expect(made * piece.length).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
    await gone.promise;
  });

  test(`${name}: a client that takes nothing of a streamed body is cut off, and the body hears of it`, async () => {
    const gone = Promise.withResolvers<void>();
    const piece = Buffer.alloc(256 * 1024);
    await using it = await serve(async () => streamed(async () => piece, gone.resolve), {
      stillMsMax: 1_000,
    });
    const socket = connect(it.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    socket.on("error", () => undefined);
    socket.pause();
    await gone.promise;
    socket.destroy();
  });

  test(`${name}: a function that is slow to go on with its body is not taken for such a client`, async () => {
    // Servers look at their clocks every few seconds only.
    const slow = async () => {
      await clock.sleep(6_000);
      return Buffer.from("late");
    };
    const pieces = [async () => Buffer.from("early "), slow, async () => undefined];
    const next = () => pieces.shift()?.() ?? Promise.resolve(undefined);
    await using it = await serve(async () => streamed(next), { stillMsMax: 1_000 });
    const response = await fetch(`http://127.0.0.1:${it.port}/`);
    expect(await response.text()).toBe("early late");
  }, 30_000);

  test(`${name}: a streamed body that breaks off is cut: no client takes it for the whole`, async () => {
    let made = 0;
    await using it = await serve(async () =>
      streamed(async () => {
        if (made++ % 2 === 0) return Buffer.from("part");
        // What was sent before has left by then.
        await clock.sleep(50);
        throw new StreamBroken("the function failed");
      }),
    );
    const text = await exchange(it.port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(text).toContain("part");
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(
      await fetch(`http://127.0.0.1:${it.port}/`)
        .then((one) => one.text())
        .catch(() => "cut"),
    ).toBe("cut");
  });

  test.each<[string, Partial<HttpAnswer>, number]>([
    ["has a header no server can send", { headers: [requestId, ["x-file", "\u65e5\u672c.pdf"]] }, 502],
    ["has no body by its status", { status: 204, headers: [requestId] }, 204],
  ])(`${name}: a streamed body whose answer %s hears that nobody takes it`, async (_, head, status) => {
    const gone = Promise.withResolvers<void>();
    await using it = await serve(async ({ path }) =>
      path === "/next"
        ? { status: 200, headers: [], body: "served" }
        : { ...streamed(() => new Promise(() => undefined), gone.resolve), ...head },
    );
    const response = await fetch(`http://127.0.0.1:${it.port}/`);
    expect([response.status, response.headers.get(requestId[0])]).toEqual([status, requestId[1]]);
    await gone.promise;
    expect(await (await fetch(`http://127.0.0.1:${it.port}/next`)).text()).toBe("served");
  });

  test(`${name}: a body that is there and whose answer cannot be sent is a 502`, async () => {
    const headers: HttpAnswer["headers"] = [["x-file", "\u65e5\u672c.pdf"], requestId];
    await using it = await serve(async () => ({ status: 200, headers, body: "never seen" }));
    const response = await fetch(`http://127.0.0.1:${it.port}/`);
    expect([response.status, response.headers.get(requestId[0])]).toEqual([502, requestId[1]]);
    expect(await response.text()).toBe("Internal Server Error");
  });
}

function streamed(next: HttpStream["next"], cancel: () => void = () => {}): HttpAnswer {
  return { status: 200, headers: [], body: { next, cancel } };
}
