/** What telemetry is told to in tests: an extension that subscribes, and a listener as it has one. */
import { expect } from "bun:test";
import { createServer, type Server } from "node:http";
import type { EnvironmentOptions, EnvironmentUnderTest } from "./environment.ts";
import { connectExtension, type ExtensionClient, waitingExtensions } from "./extension.ts";

export interface Told {
  time: string;
  type: string;
  record: Record<string, unknown> | string;
}

export const withExtension = (body: string, options: EnvironmentOptions = {}): EnvironmentOptions => ({
  layer: waitingExtensions("a"),
  files: { "index.mjs": `export const handler = async (event) => { ${body} };` },
  ...options,
});

/** An HTTP listener as an extension has one; it keeps what it gets. */
export async function listenHttp(answer = 200) {
  const told: Told[] = [];
  const paths: string[] = [];
  const server: Server = createServer((request, reply) => {
    let text = "";
    request.on("data", (bytes) => {
      text += bytes;
    });
    request.on("end", () => {
      paths.push(`${request.method} ${request.url}`);
      if (answer === 200) told.push(...(JSON.parse(text) as Told[]));
      reply.writeHead(answer).end();
    });
  });
  const port = await listening(server);
  return { told, paths, port, [Symbol.dispose]: () => void server.close() };
}

export async function listening(server: {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
}): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

export const subscription = (port: number, more: object = {}) => ({
  schemaVersion: "2022-12-13",
  types: ["platform", "function", "extension"],
  destination: { protocol: "HTTP", URI: `http://sandbox.localdomain:${port}/here` },
  buffering: { timeoutMs: 25 },
  ...more,
});

/** The extension, registered for INVOKE and subscribed, its first call for an event on its way. */
export async function subscribe(
  environment: EnvironmentUnderTest,
  body: object,
  path?: string,
): Promise<ExtensionClient> {
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register(["SHUTDOWN"]);
  expect(await a.subscribe(body, path)).toMatchObject({ status: 200, text: '"OK"' });
  a.free();
  return a;
}
