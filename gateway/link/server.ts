/** The link's listener: TLS, one connection an environment, in bounds. Environments dial in; nothing here dials out. */
import { createServer, type TLSSocket } from "node:tls";
import type { HeadOf, ToEnvironment } from "../../crds/link/messages.ts";
import { listen } from "../../kernel/socket/listen.ts";
import { type ConnectionDeps, serveConnection } from "./connection.ts";
import { linkLimits } from "./limits.ts";
import type { Link } from "./link.ts";

type Peers = HeadOf<ToEnvironment, "peers">["peers"];

export interface LinkServer {
  readonly port: number;
  /** Environments with an open link. */
  count(): number;
  /** Tells every environment of the gateways there are now. */
  tellPeers(peers: Peers): void;
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
  peers(): Peers;
}

const minVersion = "TLSv1.3";

export async function createLinkServer(
  deps: ConnectionDeps,
  options: LinkServerOptions,
): Promise<LinkServer> {
  /** By pod uid: a later hello of a pod replaces its earlier link. */
  const links = new Map<string, Link>();
  const sockets = new Set<TLSSocket>();

  const accept = (socket: TLSSocket) => {
    const strangers = sockets.size - links.size;
    if (strangers >= linkLimits.strangersMax || links.size >= linkLimits.linksMax) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const { gatewayId, peers } = options;
    const opened = (link: Link) => {
      links.get(link.pod.uid)?.close();
      links.set(link.pod.uid, link);
    };
    const closed = (link: Link | undefined) => {
      sockets.delete(socket);
      if (link !== undefined && links.get(link.pod.uid) === link) links.delete(link.pod.uid);
    };
    serveConnection(deps, { gatewayId, peers, opened, closed }, socket);
  };

  const { certificate: cert, key } = options;
  const handshakeTimeout = linkLimits.handshakeMsMax;
  const server = createServer({ cert, key, minVersion, handshakeTimeout }, accept);
  server.on("tlsClientError", (error) => deps.log.debug("a TLS handshake failed", { reason: error.message }));
  const port = await listen(server, options);
  return {
    port,
    count: () => links.size,
    tellPeers(peers) {
      for (const link of links.values()) link.send("peers", { peers });
    },
    renew: (keys) => server.setSecureContext({ cert: keys.certificate, key: keys.key, minVersion }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
