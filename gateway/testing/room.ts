/** The part of every listener's contract about what the bodies of all its requests may take in memory. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { ListenerOptions } from "../listener/http.ts";
import { until } from "./ask.ts";
import { json } from "./exchange.ts";
import type { Serve } from "./streaming.ts";

/** More than any listener reads at once. */
const bytes = 96 * 1024;
const smallBytes = 48 * 1024;
/** For two of them. */
const heldBytesMax = 2 * bytes + 1024;
const bounds = { bodyBytesMax: 512 * 1024, heldBytesMax };
const most = Buffer.alloc(bytes - 1, "x");

const ways: [string, string, (piece: Buffer) => (string | Buffer)[]][] = [
  ["announced", `Content-Length: ${bytes}`, (piece) => [piece]],
  ["in chunks", "Transfer-Encoding: chunked", (piece) => [`${piece.length.toString(16)}\r\n`, piece, "\r\n"]],
];

/** Registers its tests, which start a listener each by `serve`. */
export function roomContract(name: string, serve: Serve): void {
  const kindOf = async (port: number, tenant = "/") => {
    const response = await fetch(`http://127.0.0.1:${port}${tenant}`, { method: "POST", body: most });
    return ((await response.json()) as { body: string }).body;
  };

  test.each(ways)(
    `${name}: bodies that do not come in whole take the room there is, until they do: %s`,
    async (...way) => {
      const [, header, framed] = way;
      await using it = await serve(async (request) => json(200, { body: (await request.body("a")).kind }), {
        ...bounds,
      });
      const write = (socket: Socket, piece: Buffer) => {
        for (const part of framed(piece)) socket.write(part);
      };
      const slow = [0, 1].map(() => {
        const socket = dial(it.port);
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
    await using it = await serve(async (request) => {
      const { kind } = await request.body("a");
      if (request.path === "/") return json(200, { body: kind });
      await release.promise;
      request.release();
      await goOn.promise;
      return json(200, {});
    }, bounds);
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

  const serveTenants = (more: Partial<ListenerOptions>) =>
    serve(async (request) => json(200, { body: (await request.body(request.path)).kind }), {
      ...bounds,
      ...more,
    });
  const ask = (port: number, tenant: string, head: string, ...pieces: Buffer[]) => {
    const socket = dial(port);
    socket.write(`POST ${tenant} HTTP/1.1\r\nHost: h\r\n${head}\r\n\r\n`);
    for (const piece of pieces) socket.write(piece);
    return socket;
  };

  test(`${name}: one tenant's half-sent bodies fill its part of the room, not another's (H3)`, async () => {
    await using it = await serveTenants({ heldBytesMax: 4 * bytes, heldBytesMaxPerTenant: heldBytesMax });
    const large = `Content-Length: ${bounds.bodyBytesMax}`;
    const slow = [0, 1, 2, 3].map(() => ask(it.port, "/a", large, Buffer.alloc(bytes, "x")));
    await until(async () => (await kindOf(it.port, "/a")) === "noRoom");
    expect(await kindOf(it.port, "/b")).toBe("whole");
    for (const socket of slow) socket.destroy();
    await until(async () => (await kindOf(it.port, "/a")) === "whole");
  });

  test(`${name}: connections that announce bodies and send nothing take no room (H3)`, async () => {
    await using it = await serveTenants({});
    const silent = Array.from({ length: 8 }, () => ask(it.port, "/a", `Content-Length: ${smallBytes}`));
    await Promise.all(silent.map((socket) => once(socket, "connect")));
    for (const tenant of ["/a", "/b", "/a", "/b"]) expect(await kindOf(it.port, tenant)).toBe("whole");
    for (const socket of silent) socket.destroy();
  });

  test.each([
    ["small", smallBytes],
    ["large", bounds.bodyBytesMax],
  ])(`${name}: a %s body that trickles is broken after its time, and its room is back`, async (_, length) => {
    await using it = await serveTenants({ bodyMsMax: 1_000 });
    const slow = [0, 1].map(() =>
      ask(it.port, "/a", `Content-Length: ${length}`, Buffer.alloc(smallBytes - 1_000, "x")),
    );
    for (const socket of slow) {
      const trickle = setInterval(() => socket.write("x"), 100);
      socket.once("close", () => clearInterval(trickle));
    }
    const answers = await Promise.all(slow.map(async (socket) => String((await once(socket, "data"))[0])));
    for (const answer of answers) expect(answer).toContain('"broken"');
    expect(await kindOf(it.port, "/a")).toBe("whole");
    for (const socket of slow) socket.destroy();
  });
}

/** A listener that has answered may close while its client still sends: an error of the socket, which is no error of the test. */
function dial(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  return socket;
}
