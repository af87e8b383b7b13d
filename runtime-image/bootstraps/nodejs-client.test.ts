import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, expect, test, vi } from "vitest";

// Plain JavaScript, as it runs in its image.
const { createClient } = await import(new URL("./nodejs/client.mjs", import.meta.url).href);

const pieceBytes = 64 * 1024;

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ["one piece", 1_000],
  ["a hundred pieces", 6_000_000],
])("an event that comes in %s is copied once at most, and whole", async (_, bytes) => {
  const event = Buffer.alloc(bytes, "x");
  const server = createServer((socket) => {
    socket.once("data", async () => {
      socket.write(`HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nContent-Length: ${bytes}\r\n\r\n`);
      for (let at = 0; at < bytes; at += pieceBytes) {
        if (!socket.write(event.subarray(at, at + pieceBytes))) await once(socket, "drain");
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const concat = vi.spyOn(Buffer, "concat");
  const client = createClient(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const reply = await client.next();
  const joined = concat.mock.results.reduce((sum, { value }) => sum + value.length, 0);
  expect(reply.headers.get("lambda-runtime-aws-request-id")).toBe("r");
  expect(reply.body.equals(event)).toBe(true);
  // With its head, which is small.
  expect(joined).toBeLessThan(bytes + pieceBytes * 4);
  server.close();
});

test("two replies that come in one piece are two", async () => {
  const reply = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  const server = createServer((socket) => {
    socket.once("data", () => socket.write(`${reply("{}")}${reply('"next"').slice(0, -2)}`));
    socket.on("data", () => socket.write(reply('"next"').slice(-2)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = createClient(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { body } = await client.respondThenNext("r", Buffer.from("1"));
  expect(body.toString()).toBe('"next"');
  server.close();
});
