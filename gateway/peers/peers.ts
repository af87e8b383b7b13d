/**
 * The other gateways: each is dialled at the address its pod has, for our requests; each dials us, for its own. What they say goes to
 * the shards as events; a process that is gone, or refuses to be dialled, is told as unreachable, so that its seat can be taken at once.
 */
import { connect } from "node:tls";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { jitter, type RandomDep } from "../../kernel/random/random.ts";
import type { PeersOut } from "../fleet/hands.ts";
import type { PodKey } from "../link/identity.ts";
import type { ClientMessage, PlacerMessage, ShardEvent } from "../shard/event.ts";
import { type Connection, speak } from "./connection.ts";
import { peerLimits } from "./limits.ts";
import { peerVersion, podKeyVersion } from "./messages.ts";
import { contextOf, createPeerServer, type PeerKeys } from "./server.ts";
import { spokenTo } from "./spoken.ts";

/** Where a gateway's pod listens for others. */
export interface PeerAddress {
  /** Of its pod. */
  name: string;
  host: string;
  port: number;
}

export interface Peers extends PeersOut, AsyncDisposable {
  readonly port: number;
  /** The gateways there are, without this one. */
  addresses(now: readonly PeerAddress[]): void;
  /** Tells the others that a token was accepted here. */
  tell(key: PodKey): void;
  renew(keys: PeerKeys): void;
}

export interface PeersOptions {
  host: string;
  port: number;
  keys: PeerKeys;
  /** This process, and the name in every gateway's certificate. */
  self: string;
  serverName: string;
  shards: number;
}

/** Whose tokens were accepted: what others tell, and what they are told when they are met. */
export interface PodKeys {
  learn(key: PodKey): void;
  keys(): PodKey[];
}

interface Dialled {
  address: PeerAddress;
  /** The process that was last met there. */
  id: string | undefined;
  connection: Connection | undefined;
  cancel: () => void;
}

export async function createPeers(
  deps: ClockDep & RandomDep & LogDep,
  options: PeersOptions,
  happen: (shard: number | "all", event: ShardEvent) => void,
  podKeys: PodKeys,
): Promise<Peers> {
  const { clock, log } = deps;
  const hello = { id: options.self, shards: options.shards, version: peerVersion };
  const dialled = new Map<string, Dialled>();
  /** By process: those we have dialled, and those that have dialled us. */
  const placers = new Map<string, Connection>();
  const clients = new Map<string, Connection>();
  let { keys } = options;
  let isClosed = false;

  const unreachable = (id: string | undefined) => {
    if (id !== undefined && !placers.has(id)) happen("all", { type: "peerUnreachable", peer: id });
  };
  const tellOne = (connection: Connection, key: PodKey) => {
    if (connection.version() >= podKeyVersion) connection.send({ type: "podKey", ...key });
  };
  const dial = (to: Dialled) => {
    const { host, port, name } = to.address;
    const socket = connect({
      host,
      port,
      servername: options.serverName,
      rejectUnauthorized: true,
      ...contextOf(keys),
    });
    const connection = speak(deps, socket, hello, {
      opened(id) {
        if (to.id !== id) unreachable(to.id);
        to.id = id;
        placers.set(id, connection);
        for (const key of podKeys.keys()) tellOne(connection, key);
        log.info("another gateway is met", { peer: id });
        happen("all", { type: "peerOpen", peer: id });
      },
      message(message) {
        if (message.type === "toClient" && to.id !== undefined)
          happen(message.shard, { type: "peerSays", peer: to.id, message: message.message });
      },
      closed(reason, wasOpen) {
        const { id } = to;
        if (wasOpen && id !== undefined && placers.get(id) === connection) {
          placers.delete(id);
          log.info("another gateway is lost", { peer: id, reason });
          happen("all", { type: "peerClosed", peer: id });
        } else unreachable(id);
        if (isClosed || dialled.get(name) !== to) return;
        to.cancel = clock.after(wasOpen ? 0 : jitter(deps.random, peerLimits.againMs), () => dial(to));
      },
    });
    to.connection = connection;
  };
  const leave = (name: string, gone: Dialled) => {
    dialled.delete(name);
    gone.cancel();
    gone.connection?.close();
    unreachable(gone.id);
  };
  const server = await createPeerServer(deps, options, (socket) => {
    let from: string | undefined;
    const connection = speak(deps, socket, hello, {
      opened(id) {
        from = id;
        // A gateway that dials anew has lost the connection before, whether we have noticed or not.
        clients.get(id)?.close();
        clients.set(id, connection);
        happen("all", { type: "clientOpen", peer: id });
      },
      message(message) {
        if (message.type === "podKey") podKeys.learn(message);
        if (message.type === "toPlacer" && from !== undefined)
          happen(message.shard, { type: "clientSays", peer: from, message: message.message });
      },
      closed() {
        if (from === undefined || clients.get(from) !== connection) return;
        clients.delete(from);
        happen("all", { type: "clientClosed", peer: from });
      },
    });
  });

  return {
    port: server.port,
    addresses(now) {
      const names = new Set(now.map(({ name }) => name));
      for (const [name, one] of [...dialled]) if (!names.has(name)) leave(name, one);
      for (const address of now) {
        const known = dialled.get(address.name);
        if (known?.address.host === address.host && known.address.port === address.port) continue;
        if (known !== undefined) leave(address.name, known);
        const to: Dialled = { address, id: undefined, connection: undefined, cancel: () => {} };
        dialled.set(address.name, to);
        dial(to);
      }
    },
    tell(key) {
      for (const connection of placers.values()) tellOne(connection, key);
    },
    toPlacer(shard, peer, message: ClientMessage) {
      placers.get(peer)?.send({ type: "toPlacer", shard, message });
    },
    toClient(shard, peer, message: PlacerMessage) {
      const client = clients.get(peer);
      client?.send({ type: "toClient", shard, message: spokenTo(client.version(), message) });
    },
    renew(renewed) {
      keys = renewed;
      server.renew(renewed);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      for (const [name, one] of [...dialled]) leave(name, one);
      for (const client of [...clients.values()]) client.close();
      await server.close();
    },
  };
}
