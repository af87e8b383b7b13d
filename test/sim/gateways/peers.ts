/** A gateway's connections to the others: it dials each for its own requests, and is dialled by each for theirs. */
import type { ClientMessage, PlacerMessage, ShardEvent } from "../../../gateway/shard/event.ts";
import type { Wire } from "./network.ts";
import type { World } from "./surroundings.ts";

export interface SimPeers {
  toPlacer(peer: string, message: ClientMessage): void;
  toClient(peer: string, message: PlacerMessage): void;
  serves(peer: string, wire: Wire<PlacerMessage>): void;
  servesNoMore(peer: string, wire: Wire<PlacerMessage>): void;
  /** Dials them all, for ever. */
  meet(): void;
}

export interface SimPeersHands {
  slot: number;
  id: string;
  isAlive(): boolean;
  happen(event: ShardEvent): void;
  enqueue(work: () => void): void;
}

export function createPeers(world: World, { slot, id, isAlive, happen, enqueue }: SimPeersHands): SimPeers {
  const { chance, time, network } = world;
  const placers = new Map<string, Wire<ClientMessage>>();
  const clients = new Map<string, Wire<PlacerMessage>>();
  /** Who was met there last. */
  const lastAt = new Map<number, string>();

  const dial = (other: number) => {
    if (!isAlive()) return;
    const again = (ms: number) => time.after(ms + chance.upTo(300), () => dial(other));
    const peer = world.gatewayAt(other);
    const before = lastAt.get(other);
    if (before !== undefined && before !== peer?.id) happen({ type: "peerUnreachable", peer: before });
    if (peer === undefined) return again(100);
    const peerId = peer.id;
    const wires = network.connect<PlacerMessage, ClientMessage>(
      [`slot${slot}`, `slot${other}`],
      [
        {
          receive: (message) => happen({ type: "peerSays", peer: peerId, message }),
          closed: () =>
            enqueue(() => {
              placers.delete(peerId);
              happen({ type: "peerClosed", peer: peerId });
              again(20);
            }),
        },
        {
          receive: (message) => peer.happen({ type: "clientSays", peer: id, message }),
          closed: () => peer.servesNoMore(id, toUs),
        },
      ],
    );
    if (wires === undefined) {
      // A dial without an answer says less than a refused one; the process makes the same of both.
      happen({ type: "peerUnreachable", peer: peerId });
      return again(1_000);
    }
    const [toPeer, toUs] = wires;
    lastAt.set(other, peerId);
    peer.serves(id, toUs);
    enqueue(() => {
      placers.set(peerId, toPeer);
      happen({ type: "peerOpen", peer: peerId });
    });
  };
  return {
    toPlacer: (peer, message) => placers.get(peer)?.send(message),
    toClient: (peer, message) => clients.get(peer)?.send(message),
    serves(peer, wire) {
      // A gateway that connects anew has lost the connection before.
      if (clients.has(peer)) happen({ type: "clientClosed", peer });
      clients.set(peer, wire);
      happen({ type: "clientOpen", peer });
    },
    servesNoMore(peer, wire) {
      if (clients.get(peer) !== wire) return;
      clients.delete(peer);
      happen({ type: "clientClosed", peer });
    },
    meet() {
      for (let other = 0; other < world.slots; other++) if (other !== slot) dial(other);
    },
  };
}
