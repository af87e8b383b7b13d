/** The part of every listener's contract about what the bodies of all its requests may take in memory. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { until } from "./ask.ts";
import { json } from "./exchange.ts";
import type { Serve } from "./streaming.ts";

const bytes = 48 * 1024;
/** For two of them. */
const heldBytesMax = 2 * bytes + 1024;
const most = Buffer.alloc(bytes - 1, "x");

const ways: [string, string, (piece: Buffer) => (string | Buffer)[]][] = [
  ["announced", `Content-Length: ${bytes}`, (piece) => [piece]],
  ["in chunks", "Transfer-Encoding: chunked", (piece) => [`${piece.length.toString(16)}\r\n`, piece, "\r\n"]],
];

/** Registers its tests, which start a listener each by `serve`. */
export function roomContract(name: string, serve: Serve): void {
  const kindOf = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: most });
    return ((await response.json()) as { body: string }).body;
  };

  test.each(ways)(
    `${name}: bodies that do not come in whole take the room there is, until they do: %s`,
    async (...way) => {
      const [, header, framed] = way;
      await using it = await serve(async (request) => json(200, { body: (await request.body()).kind }), {
        heldBytesMax,
      });
      const write = (socket: Socket, piece: Buffer) => {
        for (const part of framed(piece)) socket.write(part);
      };
      const slow = [0, 1].map(() => {
        const socket = connect(it.port, "127.0.0.1");
        socket.write(`POST / HTTP/1.1\r\nHost: h\r\n${header}\r\n\r\n`);
        write(socket, most);
        return socket;
      });
      await until(async () => (await kindOf(it.port)) === "noRoom");
      for (const socket of slow) {
        write(socket, Buffer.from("x"));
        if (header.startsWith("Transfer")) socket.write("0\r\n\r\n");
        expect(String((await once(socket, "data"))[0])).toContain("200 OK");
        socket.destroy();
      }
      expect(await kindOf(it.port)).toBe("whole");
    },
  );

  test(`${name}: who has its body and waits holds room, and none once it is released`, async () => {
    const goOn = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await using it = await serve(
      async (request) => {
        const { kind } = await request.body();
        if (request.path === "/") return json(200, { body: kind });
        await release.promise;
        request.release();
        await goOn.promise;
        return json(200, {});
      },
      { heldBytesMax },
    );
    const waiting = [0, 1].map(() =>
      fetch(`http://127.0.0.1:${it.port}/wait`, { method: "POST", body: most }),
    );
    await until(async () => (await kindOf(it.port)) === "noRoom");
    release.resolve();
    await until(async () => (await kindOf(it.port)) === "whole");
    goOn.resolve();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await kindOf(it.port)).toBe("whole");
  });
}
