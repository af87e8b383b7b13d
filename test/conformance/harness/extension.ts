/** The test as an extension: an executable in `/opt/extensions` that only waits, and this file's calls in its place. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import type { Files } from "./archive.ts";
import type { EnvironmentOptions } from "./environment.ts";
import { type Reply, waitingRuntime } from "./runtime.ts";
import { waitFor } from "./wait.ts";

/** Says in `/tmp` where its API is and what it sees, then waits; a file `exit` beside these ends it with that status. */
const script = `#!/bin/sh
here="$(dirname "$0")/../../tmp/$(basename "$0")"
env > "$here.env"
pwd > "$here.pwd"
echo $$ > "$here.pid"
trap 'echo terminated >> "$here.signals"' TERM
echo "$AWS_LAMBDA_RUNTIME_API" > "$here.tmp" && mv "$here.tmp" "$here.address"
while [ ! -s "$here.exit" ]; do sleep 0.02; done
status=$(cat "$here.exit")
rm "$here.exit"
exit "$status"
`;

/** The layer that holds waiting extensions of these names. */
export const waitingExtensions = (...names: string[]): Files =>
  Object.fromEntries(names.map((name) => [`extensions/${name}`, { content: script, mode: 0o755 }]));

/** An environment whose runtime and extensions of these names are the test's to play. */
export const withExtensions = (...names: string[]): EnvironmentOptions => ({
  ...waitingRuntime,
  layer: waitingExtensions(...names),
});

export const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

export interface ExtensionCall {
  headers?: Record<string, string>;
  body?: unknown;
}

/** One call to an API of the environment, any of them. */
export function callApi(
  port: number,
  method: string,
  path: string,
  call: ExtensionCall = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { headers = {}, body } = call;
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (reply) => {
      let text = "";
      reply.on("data", (bytes) => {
        text += bytes;
      });
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export interface ExtensionClient {
  name: string;
  pid: number;
  id: string;
  port: number;
  /** What the process sees. */
  variables: Record<string, string>;
  workingDirectory: string;
  register(events: string[], headers?: Record<string, string>): Promise<Reply>;
  next(): Promise<Reply>;
  /** The next event's body. */
  event(): Promise<Record<string, unknown>>;
  /** Asks for the next event, which need not come. */
  free(): void;
  error(phase: "init" | "exit", errorType: string): Promise<Reply>;
  subscribe(body: unknown, path?: string): Promise<Reply>;
  exit(status: number): void;
  isTerminated(): boolean;
}

/** The waiting extension of that name, once it has been started anew. */
export async function connectExtension(
  layerRoot: string,
  name: string,
  not?: { pid: number },
): Promise<ExtensionClient> {
  const file = (what: string) => join(layerRoot, "../tmp", `${name}.${what}`);
  const read = (what: string) => readFileSync(file(what), "utf8").trim();
  const address = file("address");
  await waitFor(`extension ${name} to start`, () => existsSync(address) && Number(read("pid")) !== not?.pid);
  const port = Number(read("address").split(":")[1]);
  const client: ExtensionClient = {
    name,
    port,
    id: "",
    pid: Number(read("pid")),
    variables: Object.fromEntries(
      read("env")
        .split("\n")
        .map((line) => line.split(/=(.*)/s, 2)),
    ),
    workingDirectory: read("pwd"),
    async register(events, headers = {}) {
      const reply = await callApi(port, "POST", "/2020-01-01/extension/register", {
        headers: { "Lambda-Extension-Name": name, ...headers },
        body: { events },
      });
      client.id = String(reply.headers["lambda-extension-identifier"] ?? "");
      return reply;
    },
    next: () => callApi(port, "GET", "/2020-01-01/extension/event/next", { headers: own(client) }),
    event: async () => JSON.parse((await client.next()).text) as Record<string, unknown>,
    free() {
      // The call may end with the environment, which is no failure of the test's.
      client.next().catch((error: Error) => error);
    },
    error: (phase, errorType) =>
      callApi(port, "POST", `/2020-01-01/extension/${phase}/error`, {
        headers: { ...own(client), "Lambda-Extension-Function-Error-Type": errorType },
      }),
    subscribe: (body, path = "/2022-07-01/telemetry") =>
      callApi(port, "PUT", path, { headers: own(client), body }),
    exit: (status) => writeFileSync(file("exit"), String(status)),
    isTerminated: () => existsSync(file("signals")),
  };
  return client;
}

const own = ({ id }: ExtensionClient) => ({ "Lambda-Extension-Identifier": id });
