import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import {
  createEnvironmentReader,
  createGatewayReader,
  encodeToEnvironment,
  encodeToGateway,
} from "./codec.ts";
import { createFrameReader, encodeFrame, FrameError } from "./frame.ts";
import { ShapeError } from "./shape.ts";

const bytesOf = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

test("frames survive any way the network cuts them", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          code: fc.integer({ min: 0, max: 255 }),
          head: fc.jsonValue(),
          body: fc.uint8Array({ maxLength: 300 }),
        }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 }),
      (sent, cuts) => {
        const stream = bytesOf(...sent.flatMap(({ code, head, body }) => encodeFrame(code, head, body)));
        const reader = createFrameReader();
        const got = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % cuts.length] as number;
          got.push(...reader.push(stream.slice(at, at + size)));
          at += size;
        }
        expect(got.map(({ code, head, body }) => ({ code, head, body: [...body] }))).toEqual(
          sent.map(({ code, head, body }) => ({
            code,
            head: JSON.parse(JSON.stringify(head)),
            body: [...body],
          })),
        );
      },
    ),
  );
});

test("a body that came in several chunks has a buffer of its own: it can be handed to a thread uncopied", () => {
  const reader = createFrameReader();
  const stream = bytesOf(...encodeFrame(1, { a: 1 }, new Uint8Array(1000).fill(7)), ...encodeFrame(2, {}));
  reader.push(stream.subarray(0, 500));
  const [frame, next] = reader.push(stream.subarray(500));
  expect([...(frame?.body ?? [])]).toEqual(Array(1000).fill(7));
  expect(frame?.body.buffer.byteLength).toBe(1000);
  expect(next).toMatchObject({ code: 2, head: {} });
});

test("a frame past the limit is refused before it is buffered", () => {
  const reader = createFrameReader(100);
  expect(() => reader.push(bytesOf(...encodeFrame(1, {}, new Uint8Array(200))).subarray(0, 8))).toThrow(
    FrameError,
  );
});

test("a message keeps its head and its body", () => {
  const head = { requestId: "r", grant: "g" };
  expect(createGatewayReader().push(bytesOf(...encodeToGateway("begin", head)))).toEqual([
    { type: "begin", head, body: new Uint8Array(0) },
  ]);
});

test("a head with a missing or oversize field is refused by name", () => {
  const begin = encodeFrame(67, { requestId: "x".repeat(200), grant: "g" });
  expect(() => createGatewayReader().push(bytesOf(...begin))).toThrow(
    "begin.requestId has 200 characters; 128 are allowed",
  );
  expect(() => createGatewayReader().push(bytesOf(...encodeFrame(67, { requestId: "r" })))).toThrow(
    ShapeError,
  );
});

test("a code nobody knows is refused", () => {
  expect(() => createEnvironmentReader().push(bytesOf(...encodeFrame(200, {})))).toThrow(
    "no message has the code 200",
  );
});

test("an environment cannot speak as a gateway", () => {
  const shutdown = encodeToEnvironment("shutdown", { reason: "spindown", epoch: 1 });
  expect(() => createGatewayReader().push(bytesOf(...shutdown))).toThrow(FrameError);
});
