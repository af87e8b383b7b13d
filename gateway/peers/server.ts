/** The listener for other gateways: mutual TLS under the CA of the link, whose keys only gateways hold (S2). */
import { createServer, type TLSSocket } from "node:tls";
import type { LogDep } from "../../kernel/log/log.ts";
import { listen } from "../../kernel/socket/listen.ts";
import { peerLimits } from "./limits.ts";

export interface PeerKeys {
  caCertificate: string;
  certificate: string;
  key: string;
}

export interface PeerServer {
  readonly port: number;
  renew(keys: PeerKeys): void;
  close(): Promise<void>;
}

export async function createPeerServer(
  { log }: LogDep,
  { host, port, keys }: { host: string; port: number; keys: PeerKeys },
  accept: (socket: TLSSocket) => void,
): Promise<PeerServer> {
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    {
      ...contextOf(keys),
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: peerLimits.handshakeMsMax,
    },
    (socket) => {
      if (!socket.authorized || sockets.size >= peerLimits.connectionsMax) {
        log.warn("a connection to the gateways' port was refused", {
          reason: String(socket.authorizationError),
        });
        socket.destroy();
        return;
      }
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      accept(socket);
    },
  );
  server.on("tlsClientError", (error) => log.debug("a TLS handshake failed", { reason: error.message }));
  const taken = await listen(server, { host, port });
  return {
    port: taken,
    renew: (renewed) => server.setSecureContext(contextOf(renewed)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export function contextOf({ caCertificate: ca, certificate: cert, key }: PeerKeys) {
  return { ca, cert, key, minVersion: "TLSv1.3" } as const;
}
