/** The listener the product runs on, Bun.serve, and its way back, held to the same contract; and what only the first must be told. */
import { connect } from "node:net";
import { expect, test } from "vitest";
import { listenWithBun } from "../../../gateway/listener/bun.ts";
import { listenerLimits } from "../../../gateway/listener/limits.ts";
import { listenWithNode } from "../../../gateway/listener/node.ts";
import { until } from "../../../gateway/testing/ask.ts";
import { listenerContract } from "../../../gateway/testing/listening.ts";

listenerContract("Bun.serve", listenWithBun);
listenerContract("node:http under Bun", listenWithNode);

test("Bun.serve: when many small bodies are on their way, further ones are counted as they come (R1)", async () => {
  const bytes = 48 * 1024;
  let reading = 0;
  const bounds = { bodyBytesMax: bytes, heldBytesMax: 2 * bytes, heldBytesMaxPerTenant: 2 * bytes };
  const listener = listenWithBun({ host: "127.0.0.1", port: 0, ...bounds }, async (request) => {
    reading++;
    const { kind } = await request.body("a");
    return { status: 200, headers: [], body: kind };
  });
  const begin = (piece = Buffer.alloc(0)) => {
    const socket = connect(listener.port, "127.0.0.1");
    socket.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${bytes}\r\n\r\n`);
    socket.write(piece);
    return socket;
  };
  const post = async () => {
    const url = `http://127.0.0.1:${listener.port}/`;
    return (await fetch(url, { method: "POST", body: Buffer.alloc(bytes) })).text();
  };
  const sockets = Array.from({ length: listenerLimits.atOnceMax }, () => begin());
  await until(async () => reading === listenerLimits.atOnceMax);
  expect(await post()).toBe("whole");
  const half = Buffer.alloc(bytes - 1);
  sockets.push(begin(half), begin(half));
  await until(async () => (await post()) === "noRoom");
  for (const socket of sockets) socket.destroy();
  await until(async () => (await post()) === "whole");
  await listener.close();
});
