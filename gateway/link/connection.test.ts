/** Whose fault it is when a message's handling fails: the environment's, or the gateway's own. */
import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { encodeToGateway } from "../../crds/link/codec.ts";
import { createTestClock, settle } from "../../kernel/testing/clock.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { serveConnection } from "./connection.ts";

const began = Buffer.concat(encodeToGateway("begin", { requestId: "r", grant: "1.1" }));

/** An open link, whose messages break an invariant in the rest of the gateway. */
async function anOpenLink() {
  const told: string[] = [];
  const duplex = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const socket = Object.assign(duplex, { setNoDelay: () => duplex }) as unknown as TLSSocket;
  serveConnection(
    {
      clock: createTestClock(),
      random: createTestRandom(),
      log: createTestLog(),
      judge: async () => ({ admit: true, pod: {} as EnvironmentPod, version: 2, ticket: "t" }),
      listener: {
        joined: () => void told.push("joined"),
        message: () => {
          told.push("message");
          throw new Error("C3: an invariant does not hold");
        },
        left: () => void told.push("left"),
      },
    },
    { gatewayId: "g", peers: () => [], opened: () => {}, closed: () => {} },
    socket,
  );
  const hear = (bytes: Uint8Array) => socket.emit("data", bytes);
  hear(Buffer.concat(encodeToGateway("hello", { version: 2, signature: "s", state: "unclaimed", epoch: 0 })));
  await settle();
  return { told, hear, socket };
}

test("what environments send and cannot be read is their fault: the link is cut", async () => {
  const { told, hear, socket } = await anOpenLink();
  hear(Buffer.from([0, 0, 0, 4, 255, 0, 0, 0]));
  expect([told, socket.destroyed]).toEqual([["joined", "left"], true]);
});

test("an invariant that does not hold is the gateway's: it is not taken for a broken rule of the link", async () => {
  const { told, hear, socket } = await anOpenLink();
  expect(() => hear(began)).toThrow("C3");
  expect([told, socket.destroyed]).toEqual([["joined", "message"], false]);
});
