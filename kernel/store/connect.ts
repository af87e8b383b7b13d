/** The connection to NATS: named, authenticated from a file, and never given up. */
import { readFileSync } from "node:fs";
import { connect, type NatsConnection, usernamePasswordAuthenticator } from "@nats-io/transport-node";
import type { LogDep } from "../log/log.ts";

export interface NatsOptions {
  /** Comma-separated `nats://host:port`. */
  url: string;
  user?: string;
  /** Read anew at each connection, so that a rotated password is taken up. */
  passwordFile?: string;
  /** Shown in the server's list of connections. */
  name: string;
}

/** A server whose pod is gone does not answer at all; its name has another address soon. */
export const dialMsMax = 3_000;
export const reconnectMs = 500;
export const reconnectJitterMs = 500;
export const pingMs = 10_000;
/** Unanswered pings before a connection is given up as half-open. */
export const pingsOutMax = 2;

/** Waits for the server when it is not there yet. Rejects only when `url` is none. */
export async function connectNats(deps: LogDep, options: NatsOptions): Promise<NatsConnection> {
  const { user, passwordFile } = options;
  const connection = await connect({
    servers: options.url.split(",").map((server) => server.trim()),
    name: options.name,
    ...(user === undefined || passwordFile === undefined
      ? {}
      : { authenticator: usernamePasswordAuthenticator(user, () => readPassword(deps, passwordFile)) }),
    timeout: dialMsMax,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    // The password may be rotated while we are away: a refusal is no reason to stop.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: reconnectMs,
    reconnectJitter: reconnectJitterMs,
    pingInterval: pingMs,
    maxPingOut: pingsOutMax,
  });
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type !== "ping") deps.log.info(`nats: ${status.type}`, { server: connection.getServer() });
    }
  })();
  return connection;
}

/** What cannot be read now is said, refused by the server and read anew at the next attempt: thrown, it would end the connection for good. */
function readPassword({ log }: LogDep, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    log.error("cannot read the password of NATS", error, { path });
    return "";
  }
}
