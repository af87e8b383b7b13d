/** Many claims of one large archive at once: what the gateway holds of it is bounded, and all get it whole. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { createEnvironmentReader } from "../../crds/link/codec.ts";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import type { CodeStore } from "../../kernel/store/store.ts";
import { aFunction, aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import { buildCallable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { createLink } from "../link/link.ts";
import { createWriter } from "../link/writer.ts";
import { createCodeSource } from "./code.ts";
import { deliver } from "./deliver.ts";
import { createDiskCache } from "./disk.ts";

const claims = 20;
const archiveBytes = 50 * 1024 * 1024;
const pieceBytes = 128 * 1024;
const sha256 = "a".repeat(64);

/** As NATS sends it; made as it is read. */
const pieceOf = (index: number) => new Uint8Array(pieceBytes).fill(index % 251);
const store = {
  async get() {
    let made = 0;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (made * pieceBytes === archiveBytes) controller.close();
      else controller.enqueue(pieceOf(made++));
    };
    return { bytes: archiveBytes, stream: new ReadableStream({ pull }) };
  },
} as unknown as CodeStore;

test(`${claims} claims of ${archiveBytes / 2 ** 20} MB at once hold a few pieces each, and not the archive`, async () => {
  const clock = createSystemClock();
  await using disk = await createDiskCache({ log: createTestLog() }, 2 * archiveBytes);
  const source = createCodeSource({ store, clock }, 0, disk);
  await using environments = await listen();
  const links = await Promise.all(Array.from({ length: claims }, environments.dial));
  const callable = aCallable();
  const beforeBytes = process.memoryUsage().arrayBuffers;
  let mostBytes = 0;
  const watch = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers - beforeBytes);
  }, 5);
  await Promise.all(links.map((link) => deliver(link, callable, source, 1)?.done));
  const received = await environments.received();
  clearInterval(watch);
  let whole = 0;
  for (let index = 0; index * pieceBytes < archiveBytes; index++) whole = crc32(pieceOf(index), whole);
  expect(new Set(received)).toEqual(new Set([whole]));
  // Whole archives would be 1000 MB, and even one for all 50. What garbage has not been collected yet counts here too.
  expect(mostBytes / 2 ** 20).toBeLessThan(600);
}, 120_000);

function aCallable() {
  const own = { archiveSha256: sha256, archiveBytes, codeSha256: `${"A".repeat(43)}=`, codeSize: 3 };
  const caps = { function: undefined, account: 1000 } as never;
  const settings = settingsSchema.parse({});
  const revision = aRevision({ code: own });
  return buildCallable({ fn: aFunction({}), revision, poolShape: undefined, caps, settings });
}

/** Environments that take what is sent, each when the one before has all of its code, and keep a checksum of it. */
async function listen() {
  const sums: Promise<number>[] = [];
  const sockets: Socket[] = [];
  const next = () => sockets[done]?.resume();
  let done = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    const reader = createEnvironmentReader();
    const sum = Promise.withResolvers<number>();
    sums.push(sum.promise);
    let soFar = 0;
    socket.on("data", (chunk) => {
      for (const message of reader.push(chunk)) {
        if (message.type !== "code") continue;
        soFar = crc32(message.body, soFar);
        if (!message.head.last) continue;
        sum.resolve(soFar);
        done++;
        next();
      }
    });
    socket.pause();
    next();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    async dial() {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      await once(socket, "connect");
      // The link needs no more of TLS than a socket.
      const tls = socket as TLSSocket;
      const pod = { isProvisioned: false } as EnvironmentPod;
      return createLink(tls, createWriter(tls), pod, () => {});
    },
    received: () => Promise.all(sums),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
