/** The test as the runtime: a bootstrap that only waits, and this file's calls to the Runtime API in its place. */
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import type { EnvironmentOptions } from "./environment.ts";
import { waitFor } from "./wait.ts";

/** Says in its `/tmp` where its Runtime API is, then waits; `exit` in there ends it with that status. */
const bootstrap = `#!/bin/sh
cd ../tmp
echo "$AWS_LAMBDA_RUNTIME_API" > address.tmp && mv address.tmp address
while [ ! -s exit ]; do sleep 0.02; done
status=$(cat exit)
rm exit
exit "$status"
`;

export const waitingRuntime: EnvironmentOptions = {
  language: "provided.al2023",
  files: { bootstrap: { content: bootstrap, mode: 0o755 } },
};

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export const json = (reply: Reply): unknown => JSON.parse(reply.text);

export interface RuntimeClient {
  port: number;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  next(): Promise<Reply>;
  /** Asks for the next invocation, which need not come: what was taken before is thereby over. */
  free(): void;
  /** Bytes on a connection of their own; what came back until the server closed it or `until` matched. */
  raw(bytes: Uint8Array | string, until?: RegExp): Promise<string>;
  open(): Socket;
}

export interface CallOptions {
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export async function connectRuntime(taskRoot: string): Promise<RuntimeClient> {
  const { existsSync, readFileSync } = await import("node:fs");
  const path = `${taskRoot}/../tmp/address`;
  await waitFor("the bootstrap to start", () => existsSync(path));
  const port = Number(readFileSync(path, "utf8").trim().split(":")[1]);

  const call: RuntimeClient["call"] = (method, route, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(
        { host: "127.0.0.1", port, method, path: `/2018-06-01${route}`, headers },
        (reply) => {
          let text = "";
          reply.on("data", (bytes) => {
            text += bytes;
          });
          reply.on("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });

  const next = () => call("GET", "/runtime/invocation/next");
  const open = () => connect({ host: "127.0.0.1", port });

  return {
    port,
    call,
    open,
    next,
    free: () => {
      // The call waits until the environment ends and breaks its connection, which is no failure of the test's.
      next().catch((error: Error) => error);
    },
    raw: (bytes, until) =>
      new Promise((resolve) => {
        const socket = open();
        let text = "";
        socket.on("data", (piece) => {
          text += piece;
          if (until?.test(text)) socket.destroy();
        });
        socket.on("error", () => socket.destroy());
        socket.on("close", () => resolve(text));
        socket.write(bytes);
      }),
  };
}
