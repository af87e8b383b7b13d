/** A connection to NATS that nobody waits for: what needs it does, and all else starts without it. */
import type { NatsConnection } from "@nats-io/transport-node";
import type { LogDep } from "../log/log.ts";
import { connectNats, type NatsOptions } from "./connect.ts";

export interface OpenNats extends AsyncDisposable {
  /** Pends until the server is there. Rejects only when the URL is none. */
  connecting: Promise<NatsConnection>;
}

export function openNats(deps: LogDep, options: NatsOptions): OpenNats {
  const connecting = connectNats(deps, options);
  let connection: NatsConnection | undefined;
  // A rejection is left to end the process, as everything that is wrong with its settings does.
  void connecting.then((connected) => {
    connection = connected;
  });
  return { connecting, [Symbol.asyncDispose]: async () => connection?.close() };
}
