/** What a telemetry subscriber does not take is dropped and counted: what arrives and what is told as dropped are all there was. */
import { expect } from "bun:test";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { claim } from "./harness/claim.ts";
import { type EnvironmentUnderTest, startEnvironment } from "./harness/environment.ts";
import { connectExtension, waitingExtensions } from "./harness/extension.ts";
import { waitFor } from "./harness/wait.ts";

interface Told {
  type: string;
  record: string | { droppedRecords: number; droppedBytes: number; reason: string };
}

/** Lines that arrived, and those told as dropped. */
function countOf(told: readonly Told[]) {
  let dropped = 0;
  const lines = new Set<string>();
  for (const { type, record } of told) {
    if (typeof record === "string") lines.add(record);
    else if (type === "platform.logsDropped") dropped += record.droppedRecords;
  }
  return { arrived: lines.size, dropped, all: lines.size + dropped };
}

const chatty = {
  layer: waitingExtensions("a"),
  files: {
    "index.mjs": `let said = 0;
export const handler = async ({ lines }) => { for (let n = 0; n < lines; n++) console.log("line " + said++); };`,
  },
  assignment: { timeoutMs: 20_000 },
};

async function subscribe(environment: EnvironmentUnderTest, destination: object): Promise<void> {
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  const buffering = { maxItems: 1000, maxBytes: 262_144, timeoutMs: 25 };
  const body = { schemaVersion: "2022-12-13", types: ["function"], destination, buffering };
  expect(await a.subscribe(body)).toMatchObject({ status: 200 });
  a.free();
}

claim("over HTTP: what is not taken while a subscriber stands still is counted, and told to it", async () => {
  const told: Told[] = [];
  let isStill = true;
  const server = createServer((request, reply) => {
    let text = "";
    request.on("data", (bytes) => {
      text += bytes;
    });
    request.on("end", () => {
      // What is never answered comes again.
      if (isStill) return;
      told.push(...(JSON.parse(text) as Told[]));
      reply.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await using environment = await startEnvironment(chatty);
  await subscribe(environment, { protocol: "HTTP", URI: `http://sandbox.localdomain:${port}` });
  const lines = 8000;
  await environment.invoke({ lines });
  isStill = false;
  await waitFor("every line, or word of it", () => countOf(told).all === lines, 30_000);
  expect(countOf(told).dropped).toBeGreaterThan(0);
  expect(countOf(told).arrived).toBeGreaterThan(0);
  server.closeAllConnections();
  server.close();
});

claim("over TCP: what nobody was there to take is counted, and told to who comes", async () => {
  let text = "";
  const server = createTcpServer((socket) => {
    socket.on("data", (bytes) => {
      text += bytes;
    });
    socket.on("error", () => socket.destroy());
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  await using environment = await startEnvironment(chatty);
  await subscribe(environment, { protocol: "TCP", port });
  let lines = 100;
  await environment.invoke({ lines });
  await listen(port);
  const told = () =>
    text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Told);
  await waitFor("every line, or word of it", async () => {
    if (countOf(told()).all === lines) return true;
    // Drops are told with what arrives next.
    lines += 1;
    await environment.invoke({ lines: 1 });
    return false;
  });
  expect(countOf(told()).arrived).toBeGreaterThan(0);
  server.close();
});
