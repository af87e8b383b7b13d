/**
 * `bun test/bench/stall/main.ts`: how long large bodies of function URLs and the API hold up the gateway's loop, handled on it and in threads
 * (`gateway/aside/aside.ts`). Prints the longest stall seen while each kind of body is handled several times, in milliseconds of the
 * loop's CPU, for whatever else the machine does only adds to the clock's; and the time one took by the clock.
 */
import { readFileSync } from "node:fs";
import { createAside } from "../../../gateway/aside/aside.ts";
import { type JobKind, type Jobs, perform } from "../../../gateway/aside/job.ts";
import type { Pieces } from "../../../gateway/aside/pieces.ts";
import { createSystemClock } from "../../../kernel/clock/clock.ts";

const rounds = 20;
const aside = createAside({ clock: createSystemClock() });

const records = JSON.stringify(
  Array.from({ length: 75_000 }, (_, id) => ({ id, name: `some "name" ${id}`, ok: true, of: [id, 2.5] })),
);
const pairs = `[${"{},".repeat(1_900_000)}{}]`;
const bytes = Buffer.alloc(4_400_000, 7);
const requestOf = (contentType: string, body: string | Uint8Array): Jobs["event"]["from"] => ({
  method: "POST",
  path: "/",
  query: "",
  headers: [["content-type", contentType]],
  body: inPieces(Buffer.from(body)),
  id: "a".repeat(32),
  domainName: "x.example",
  source: { ip: "1.2.3.4", forwardedFor: "1.2.3.4" },
  scheme: "https",
  port: 443,
  requestId: "r",
  traceId: "t",
  timeMs: 0,
});

await measure("request, JSON text", "event", () => requestOf("application/json", records));
await measure("request, binary", "event", () => requestOf("image/png", bytes));
await measure("result, JSON", "result", () => ({ body: inPieces(Buffer.from(records)) }));
await measure("result, JSON of many objects", "result", () => ({ body: inPieces(Buffer.from(pairs)) }));
await measure("result, statusCode and text", "result", () => ({
  body: inPieces(Buffer.from(JSON.stringify({ statusCode: 200, body: records }))),
}));
await measure("result, statusCode and base64", "result", () => ({
  body: inPieces(
    Buffer.from(JSON.stringify({ statusCode: 200, body: bytes.toString("base64"), isBase64Encoded: true })),
  ),
}));
await measure("payload of an Invoke", "payload", () => ({ body: inPieces(Buffer.from(records)) }));
await measure("payload of many objects", "payload", () => ({ body: inPieces(Buffer.from(pairs)) }));
await measure("error, for a stream", "completion", () => ({
  body: inPieces(Buffer.from(JSON.stringify({ errorType: "Error", errorMessage: records }))),
  functionError: "Unhandled",
  logTail: undefined,
}));
await aside[Symbol.asyncDispose]();

async function measure<K extends JobKind>(name: string, kind: K, make: () => Jobs[K]["from"]) {
  const here = await stall(make, async (from) => perform(kind, from));
  const there = await stall(make, (from) => aside.do("bench", kind, from));
  const told = ({ longestMs, eachMs }: Stall) =>
    `stall ${longestMs.toFixed(1).padStart(6)} ms, each ${eachMs.toFixed(1).padStart(6)} ms`;
  process.stdout.write(`${name.padEnd(32)} on the loop: ${told(here)} | aside: ${told(there)}\n`);
}

/** As a listener takes a body: in pieces with buffers of their own. */
function inPieces(body: Uint8Array): Pieces {
  const pieceBytes = 512 * 1024;
  return Array.from({ length: Math.ceil(body.length / pieceBytes) }, (_, index) =>
    body.slice(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

interface Stall {
  longestMs: number;
  eachMs: number;
}

/** The longest work between two turns of the loop; making the bodies is not counted. */
async function stall<T>(make: () => T, handle: (from: T) => Promise<unknown>): Promise<Stall> {
  let longestMs = 0;
  let sumMs = 0;
  for (let round = 0; round < rounds; round++) {
    const from = make();
    await turn();
    const startedAtMs = performance.now();
    let before = cpuMs();
    let isDone = false;
    const handled = handle(from).finally(() => {
      isDone = true;
    });
    do {
      await turn();
      const now = cpuMs();
      longestMs = Math.max(longestMs, now - before);
      before = now;
    } while (!isDone);
    await handled;
    sumMs += performance.now() - startedAtMs;
  }
  return { longestMs, eachMs: sumMs / rounds };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What the loop's own thread has computed so far. */
function cpuMs(): number {
  return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
}
