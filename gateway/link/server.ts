/**
 * The link's listener: TLS, one connection an environment. Environments dial in; nothing here dials out. Bytes become
 * messages here, and `session.ts` says what each means.
 */

import type { AddressInfo } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { createGatewayReader } from "../../crds/link/codec.ts";
import { linkVersions, type ToGateway } from "../../crds/link/messages.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { linkLimits } from "./limits.ts";
import type { Hello, Link, LinkListener, SendToEnvironment } from "./link.ts";
import { type Happening, type State, table } from "./session.ts";
import type { Judgement } from "./welcome.ts";
import { createWriter } from "./writer.ts";

export interface LinkServer {
  readonly port: number;
  /** Environments with an open link. */
  count(): number;
  /** Takes a renewed certificate into use; open links stay. */
  renew(keys: { certificate: string; key: string }): void;
  close(): Promise<void>;
}

export interface LinkServerOptions {
  host: string;
  port: number;
  certificate: string;
  key: string;
  gatewayId: string;
  epoch: number;
}

export type LinkServerDeps = ClockDep &
  RandomDep &
  LogDep & {
    judge(hello: Hello, nonce: string): Promise<Judgement>;
    listener: LinkListener;
  };

export async function createLinkServer(
  deps: LinkServerDeps,
  options: LinkServerOptions,
): Promise<LinkServer> {
  /** By pod uid: a later hello of a pod replaces its earlier link. */
  const open = new Map<string, Link>();
  const sockets = new Set<TLSSocket>();
  let strangers = 0;

  const accept = (socket: TLSSocket) => {
    if (strangers >= linkLimits.strangersMax || open.size >= linkLimits.linksMax) {
      socket.destroy();
      return;
    }
    strangers++;
    sockets.add(socket);
    socket.setNoDelay(true);
    const { clock, log, listener } = deps;
    const reader = createGatewayReader();
    const send: SendToEnvironment = createWriter(socket);
    const nonce = Buffer.from(deps.random.bytes(32)).toString("base64");
    let state: State = "challenged";
    let link: Link | undefined;
    let strangerBytes = 0;
    let heardAtMs = clock.monotonicMs();
    let stopPings = () => {};

    const happen = (happening: Happening, more: { message?: ToGateway; judgement?: Judgement } = {}) => {
      const { state: next, action } = table[state][happening];
      state = next;
      switch (action) {
        case "verify":
          if (more.message?.type === "hello") verify(more.message.head);
          return;
        case "welcome":
          if (more.judgement?.admit && hello !== undefined) welcome(more.judgement, hello);
          return;
        case "deliver":
          if (more.message !== undefined) deliver(more.message);
          return;
        case "turnAway":
          if (more.judgement?.admit === false) {
            const { reason, message } = more.judgement;
            log.warn("an environment was refused", { reason, message, from: socket.remoteAddress });
            send("refuse", { reason, message });
          }
          socket.end();
          clock.after(linkLimits.handshakeMsMax, () => socket.destroy());
          leave();
          return;
        case "cut":
          socket.destroy();
          leave();
          return;
        case "forget":
          leave();
          return;
        case "nothing":
          return;
      }
    };

    let hello: Hello | undefined;
    const verify = (said: Hello) => {
      hello = said;
      deps.judge(said, nonce).then(
        (judgement) => happen(judgement.admit ? "admitted" : "refused", { judgement }),
        (error: unknown) => {
          log.error("cannot judge a hello", error);
          happen("broken");
        },
      );
    };
    const welcome = (judgement: Judgement & { admit: true }, said: Hello) => {
      strangers--;
      link = createLink(socket, send, judgement.pod, () => happen("broken"));
      open.get(judgement.pod.uid)?.close();
      open.set(judgement.pod.uid, link);
      stopPings = keepAlive();
      send("welcome", {
        version: judgement.version,
        ticket: judgement.ticket,
        peers: [],
        epoch: options.epoch,
      });
      listener.joined(link, said);
    };
    const deliver = (message: ToGateway) => {
      if (message.type === "hello" || message.type === "pong" || link === undefined) return;
      listener.message(link, message);
    };
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      stopPings();
      stopHandshake();
      sockets.delete(socket);
      if (link === undefined) {
        strangers--;
        return;
      }
      if (open.get(link.pod.uid) === link) open.delete(link.pod.uid);
      listener.left(link);
    };
    const keepAlive = () => {
      let stop = () => {};
      const beat = () => {
        if (clock.monotonicMs() - heardAtMs > linkLimits.silenceMsMax) {
          happen("broken");
          return;
        }
        send("ping", { sentAt: clock.nowMs() });
        stop = clock.after(linkLimits.pingEveryMs, beat);
      };
      stop = clock.after(linkLimits.pingEveryMs, beat);
      return () => stop();
    };
    const stopHandshake = clock.after(linkLimits.handshakeMsMax, () => happen("late"));

    socket.on("data", (chunk: Uint8Array) => {
      heardAtMs = clock.monotonicMs();
      if (link === undefined) {
        strangerBytes += chunk.length;
        if (strangerBytes > linkLimits.strangerBytesMax) {
          happen("broken");
          return;
        }
      }
      try {
        for (const message of reader.push(chunk)) happen(message.type, { message });
      } catch (error) {
        log.error("an environment broke the link's rules", error, { pod: link?.pod.name });
        happen("broken");
      }
    });
    socket.on("close", () => happen("disconnected"));
    socket.on("error", (error) => {
      log.debug("a link failed", { reason: error.message, pod: link?.pod.name });
      happen("disconnected");
    });
    send("challenge", {
      versions: [...linkVersions],
      nonce,
      gatewayId: options.gatewayId,
      epoch: options.epoch,
    });
  };

  const server = createServer(
    {
      cert: options.certificate,
      key: options.key,
      minVersion: "TLSv1.3",
      handshakeTimeout: linkLimits.handshakeMsMax,
    },
    accept,
  );
  server.on("tlsClientError", (error) => deps.log.debug("a TLS handshake failed", { reason: error.message }));
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    count: () => open.size,
    renew: ({ certificate, key }) =>
      server.setSecureContext({ cert: certificate, key, minVersion: "TLSv1.3" }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function createLink(
  socket: TLSSocket,
  send: SendToEnvironment,
  pod: EnvironmentPod,
  close: () => void,
): Link {
  return {
    pod,
    send,
    drained: () =>
      new Promise((resolve) => {
        if (socket.destroyed || !socket.writableNeedDrain) {
          resolve();
          return;
        }
        const done = () => {
          socket.off("drain", done);
          socket.off("close", done);
          resolve();
        };
        socket.on("drain", done);
        socket.on("close", done);
      }),
    close,
  };
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
