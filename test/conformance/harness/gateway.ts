/** The gateway's end of the link, as far as a test needs it: challenges, welcomes, and keeps what comes. */
import { randomUUID } from "node:crypto";
import { createServer, type TLSSocket } from "node:tls";
import { createGatewayReader, encodeToEnvironment } from "../../../crds/link/codec.ts";
import {
  type HeadOf,
  linkVersions,
  type ToEnvironment,
  type ToGateway,
} from "../../../crds/link/messages.ts";
import { verifyProof } from "../../../crds/link/proof.ts";
import type { LinkCertificates } from "./certificates.ts";
import { waitFor } from "./wait.ts";

export type Send = <K extends ToEnvironment["type"]>(
  type: K,
  head: HeadOf<ToEnvironment, K>,
  body?: Uint8Array,
) => void;

export interface Peer {
  hello: HeadOf<ToGateway, "hello">;
  received: ToGateway[];
  send: Send;
  /** Bytes as they are, to break the framing. */
  raw(bytes: Uint8Array): void;
  isClosed(): boolean;
  /** Reads nothing more for a while. */
  pause(): void;
  resume(): void;
  /** Ends the connection without a word. */
  cut(): void;
}

export interface FakeGateway {
  port: number;
  id: string;
  peers: Peer[];
  /** Hellos that were turned away. */
  refused: Array<HeadOf<ToGateway, "hello">>;
  /** The next link that says hello after this call, or one not yet taken. */
  accept(): Promise<Peer>;
  close(): void;
}

export interface GatewayOptions {
  id?: string;
  epoch?: number;
  /** It says that it speaks these. */
  versions?: number[];
  port?: number;
  peers?: Array<{ host: string; port: number }>;
  refuse?: (hello: HeadOf<ToGateway, "hello">) => string | undefined;
}

export async function startGateway(
  { cert, key }: LinkCertificates,
  options: GatewayOptions = {},
): Promise<FakeGateway> {
  const id = options.id ?? "gateway-a";
  const epoch = options.epoch ?? 1;
  const peers: Peer[] = [];
  const refused: Array<HeadOf<ToGateway, "hello">> = [];
  const sockets = new Set<TLSSocket>();
  const publicKeys = new Map<string, string>();
  let taken = 0;
  const server = createServer({ cert, key, minVersion: "TLSv1.3" }, (socket) => {
    sockets.add(socket);
    const nonce = randomUUID();
    const reader = createGatewayReader();
    let peer: Peer | undefined;
    let closed = false;
    const send: Send = (type, head, body) => {
      for (const piece of encodeToEnvironment(type, head, body)) if (piece.length > 0) socket.write(piece);
    };

    function greet(hello: HeadOf<ToGateway, "hello">): void {
      const publicKey = hello.publicKey ?? publicKeys.get(hello.ticket ?? "");
      const refusal =
        publicKey === undefined || !verifyProof(publicKey, nonce, hello.signature)
          ? "the proof does not fit"
          : options.refuse?.(hello);
      if (refusal !== undefined || publicKey === undefined) {
        refused.push(hello);
        send("refuse", { reason: "hello", message: refusal ?? "" });
        socket.end();
        return;
      }
      const ticket = `ticket-${publicKey}`;
      publicKeys.set(ticket, publicKey);
      peer = {
        hello,
        received: [],
        send,
        raw: (bytes) => void socket.write(bytes),
        isClosed: () => closed,
        pause: () => void socket.pause(),
        resume: () => void socket.resume(),
        cut: () => socket.destroy(),
      };
      send("welcome", { version: linkVersions[0], ticket, peers: options.peers ?? [], epoch });
      peers.push(peer);
    }

    socket.on("data", (bytes: Uint8Array) => {
      for (const message of reader.push(bytes)) {
        if (message.type === "hello") greet(message.head);
        else peer?.received.push(message);
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      closed = true;
      sockets.delete(socket);
    });
    send("challenge", { versions: options.versions ?? [...linkVersions], nonce, gatewayId: id, epoch });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    id,
    peers,
    refused,
    port: address.port,
    async accept() {
      const peer = await waitFor("a hello", () => peers[taken]);
      taken += 1;
      return peer;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
