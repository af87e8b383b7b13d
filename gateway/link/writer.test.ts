/** What leaves on a link: in its order, in pieces that hold nobody up, and no more waiting than may (H3). */
import { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createEnvironmentReader } from "../../crds/link/codec.ts";
import { linkLimits } from "./limits.ts";
import { createWriter } from "./writer.ts";

const { pieceBytesMax, unsentBytesMax } = linkLimits;
const megabyte = 1024 * 1024;
const large = Buffer.alloc(6 * megabyte, "x");

interface Left {
  by: string;
  bytes: Uint8Array;
}

/** A link whose socket takes what it is given when it is let. */
function aLink(by: string, left: Left[], isLet = () => Promise.resolve()) {
  const socket = new Writable({
    highWaterMark: 64 * 1024,
    write(bytes: Uint8Array, _, done) {
      left.push({ by, bytes });
      void isLet().then(() => done());
    },
  });
  return { socket, ...createWriter(socket) };
}

const code = { offset: 0, last: true };
const ping = { sentAt: 1 };
const bytesOf = (left: Left[]) => left.reduce((sum, { bytes }) => sum + bytes.length, 0);

test("a large body leaves in pieces, and others' frames between them", async () => {
  const left: Left[] = [];
  const [one, other] = [aLink("one", left), aLink("other", left)];
  one.send("code", code, large);
  for (let turn = 0; turn < 3; turn++) {
    await nextTurn();
    other.send("ping", ping);
  }
  await one.drained();
  const order = left.map(({ by }) => by);
  expect(order.filter((by) => by === "one").length).toBe(large.length / pieceBytesMax);
  expect(order.lastIndexOf("other")).toBeLessThan(10);
  expect(Math.max(...left.map(({ bytes }) => bytes.length))).toBeLessThan(pieceBytesMax + 1024);
});

test("what is sent behind a large body comes behind it, whole and in its order", async () => {
  const left: Left[] = [];
  const link = aLink("one", left);
  link.send("ping", ping);
  link.send("code", code, large);
  link.send("ping", { sentAt: 2 });
  await nextTurn();
  link.send("code", { ...code, offset: 1 }, large.subarray(0, megabyte));
  link.send("ping", { sentAt: 3 });
  await link.drained();
  const reader = createEnvironmentReader();
  const messages = left.flatMap(({ bytes }) => reader.push(bytes));
  expect(messages.map(({ type, body }) => [type, body.length])).toEqual([
    ["ping", 0],
    ["code", large.length],
    ["ping", 0],
    ["code", megabyte],
    ["ping", 0],
  ]);
});

test("a small frame leaves at once and in one write", () => {
  const left: Left[] = [];
  const link = aLink("one", left);
  link.send("code", code, Buffer.alloc(1000));
  expect(left.length).toBe(1);
});

test("a socket that takes nothing is given nothing more, and past what may wait the link is cut", async () => {
  const left: Left[] = [];
  const link = aLink("one", left, () => new Promise(() => {}));
  let sent = 0;
  while (link.send("code", code, large)) {
    sent += large.length;
    await nextTurn();
  }
  expect(bytesOf(left)).toBeLessThan(pieceBytesMax + 1024);
  expect(sent).toBeGreaterThan(unsentBytesMax - large.length);
  expect(sent).toBeLessThan(unsentBytesMax + 2 * large.length);
  expect(link.socket.destroyed).toBe(true);
  await link.drained();
});

test("of what waits for a link that has gone nothing is written, and nobody waits for it", async () => {
  const left: Left[] = [];
  const link = aLink("one", left);
  link.send("code", code, large);
  await nextTurn();
  const before = bytesOf(left);
  link.socket.destroy();
  await link.drained();
  expect(bytesOf(left)).toBe(before);
  expect(before).toBeLessThan(large.length);
  expect(link.send("ping", ping)).toBe(false);
});
