import { expect, test } from "vitest";
import { createGatewayReader } from "../../../crds/link/codec.ts";
import { systemClock } from "../clock/clock.ts";
import { outboxBytesMax } from "../limits.ts";
import type { Link } from "./connection.ts";
import { createOutbox } from "./outbox.ts";
import { createReplies } from "./replies.ts";

/** An outbox on a wire that the test drains by hand. */
function anOutbox() {
  const writes: Uint8Array[] = [];
  let pending: Array<() => void> = [];
  let overflows = 0;
  const outbox = createOutbox(
    { clock: systemClock },
    {
      write(bytes, left) {
        writes.push(bytes);
        pending.push(left);
      },
    },
    () => {
      overflows += 1;
    },
  );
  const drain = () => {
    const left = pending;
    pending = [];
    for (const callback of left) callback();
  };
  const messages = () => {
    const reader = createGatewayReader();
    return writes.flatMap((bytes) => reader.push(bytes)).map(({ type }) => type);
  };
  return { outbox, writes, drain, messages, overflows: () => overflows };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("what is sent in one turn leaves in one write; a large body is not joined", async () => {
  const { outbox, writes, messages } = anOutbox();
  outbox.send("begin", { requestId: "r", grant: "g" });
  outbox.send("responseHead", { requestId: "r", mode: "buffered" });
  await turn();
  expect(writes).toHaveLength(1);
  const body = new Uint8Array(100_000);
  outbox.send("responseChunk", { requestId: "r" }, body);
  outbox.send("responseEnd", { requestId: "r" });
  await turn();
  expect(writes).toHaveLength(4);
  expect(writes[2]).toBe(body);
  expect(messages()).toEqual(["begin", "responseHead", "responseChunk", "responseEnd"]);
});

test("drained is called once all has left, and at once when nothing waits", async () => {
  const { outbox, drain } = anOutbox();
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  outbox.drained(count);
  await turn();
  expect(calls).toBe(1);
  outbox.send("pong", { sentAt: 1 });
  outbox.drained(count);
  await turn();
  expect(calls).toBe(1);
  drain();
  expect(calls).toBe(2);
  drain();
  expect(calls).toBe(2);
});

test("a gateway that reads nothing is given up", async () => {
  const { outbox, overflows } = anOutbox();
  const body = new Uint8Array(1024 * 1024);
  for (let bytes = 0; bytes <= outboxBytesMax; bytes += body.length) {
    outbox.send("responseChunk", { requestId: "r" }, body);
    await turn();
  }
  expect(outbox.behind()).toBe(true);
  expect(overflows()).toBeGreaterThan(0);
});

const asLink = (outbox: Omit<Link, "gatewayId" | "pause" | "resume">): Link => ({
  ...outbox,
  gatewayId: "g",
  pause: () => {},
  resume: () => {},
});

test("a buffered answer is told again, whole, on the link that comes back", async () => {
  const [first, second] = [anOutbox(), anOutbox()];
  const replies = createReplies(asLink(first.outbox));
  replies.send("begin", { requestId: "r", grant: "g" });
  const response = replies.response("r");
  response.head({ mode: "buffered" });
  replies.lost();
  response.chunk(new Uint8Array(10));
  response.end();
  replies.found(asLink(second.outbox));
  await turn();
  expect(second.messages()).toEqual(["begin", "responseHead", "responseChunk", "responseEnd"]);
});

test("what nobody waits for goes with the next frame, or by itself", async () => {
  const { outbox, writes, messages } = anOutbox();
  const replies = createReplies(asLink(outbox));
  replies.sendUnhurried("begin", { requestId: "r", grant: "g" });
  await turn();
  expect(writes).toHaveLength(0);
  replies.response("r").head({ mode: "buffered" });
  await turn();
  expect(messages()).toEqual(["begin", "responseHead"]);
  expect(writes).toHaveLength(1);
  replies.sendUnhurried("begin", { requestId: "s", grant: "g" });
  await expect.poll(() => messages()).toEqual(["begin", "responseHead", "begin"]);
});

test("an answer that has left is kept no longer", async () => {
  const [first, second] = [anOutbox(), anOutbox()];
  const replies = createReplies(asLink(first.outbox));
  const response = replies.response("r");
  response.head({ mode: "buffered" });
  response.end();
  replies.done();
  first.drain();
  replies.lost();
  replies.found(asLink(second.outbox));
  await turn();
  expect(second.messages()).toEqual([]);
});

test("a stream cut by a broken link ends in an error, and nothing comes after a response's end", async () => {
  const [first, second] = [anOutbox(), anOutbox()];
  const replies = createReplies(asLink(first.outbox));
  const response = replies.response("r");
  response.head({ mode: "streaming" });
  response.chunk(new Uint8Array(10));
  replies.lost();
  replies.found(asLink(second.outbox));
  response.chunk(new Uint8Array(10));
  response.end();
  response.chunk(new Uint8Array(10));
  response.end();
  await turn();
  expect(second.messages()).toEqual(["responseHead", "responseEnd"]);
});
