/**
 * All links of the environment: one to every gateway replica that DNS or a gateway names. The first hello spends the
 * pod's token and earns the ticket; the other gateways are dialled after it, with the ticket. A link that ends is dialled
 * again after a jittered pause; without any link for too long, the environment ends.
 */

import { linkVersions, type ToEnvironment } from "../../../crds/link/messages.ts";
import type { LinkKey } from "../../../crds/link/proof.ts";
import type { ClockDep } from "../clock/clock.ts";
import {
  farewellMsMax,
  firstLinkMsMax,
  peersMax,
  reconnectMsMax,
  reconnectMsMin,
  resolveMs,
  unlinkedMsMax,
} from "../limits.ts";
import { type Hello, type Link, openLink, type Peer, type Welcome } from "./connection.ts";

export interface RandomDep {
  /** 0 ≤ x < 1. */
  random(): number;
}

export interface NoteDep {
  /** A line of the supervisor's own log. */
  note(message: string): void;
}

export interface LinksOptions {
  ca: string;
  key: LinkKey;
  /** Reads the pod's token anew: the kubelet rotates it. */
  readToken(): string;
  resolve(): Promise<Peer[]>;
}

export interface LinksEvents {
  /** What a hello says of the environment. */
  describe(): Pick<Hello, "state" | "revision" | "busy" | "last" | "epoch">;
  welcomed(link: Link, welcome: Welcome): void;
  message(link: Link, message: ToEnvironment): void;
  lost(link: Link): void;
  /** No link for too long. */
  unlinked(): void;
}

export interface Links {
  /** The link to this gateway, if it is up. */
  find(gatewayId: string): Link | undefined;
  all(): Link[];
  /** Sends what is queued and closes; settles when every gateway has it, or after a while. */
  close(): Promise<void>;
}

export function openLinks(
  deps: ClockDep & RandomDep & NoteDep,
  options: LinksOptions,
  events: LinksEvents,
): Links {
  const live = new Map<string, Link>();
  /** Peers being dialled, linked or paused, with the way to stop. */
  const dialled = new Map<string, () => void>();
  /** Of those dialled, the ones that led to a gateway already linked. */
  const resting = new Set<string>();
  let known: Peer[] = [];
  let told: Peer[] = [];
  let ticket: string | undefined;
  let closed = false;
  let cancelFence = deps.clock.after(firstLinkMsMax, events.unlinked);
  let cancelResolve = () => {};
  let turn = 0;
  const allClosed = Promise.withResolvers<void>();

  const keyOf = (peer: Peer) => `${peer.host}:${peer.port}`;
  const isWanted = (peer: Peer) => [...known, ...told].some((one) => keyOf(one) === keyOf(peer));

  function hello(nonce: string): Hello {
    const proof =
      ticket === undefined ? { token: options.readToken(), publicKey: options.key.publicKey } : { ticket };
    return { version: linkVersions[0], ...proof, signature: options.key.sign(nonce), ...events.describe() };
  }

  function dial(peer: Peer, failures: number): void {
    let isDouble = false;
    const connection = openLink(deps, peer, options.ca, {
      challenged({ nonce, gatewayId }) {
        isDouble = live.has(gatewayId);
        return isDouble ? undefined : hello(nonce);
      },
      welcomed(link, welcome) {
        failures = 0;
        ticket = welcome.ticket;
        tell(welcome.peers);
        live.set(link.gatewayId, link);
        cancelFence();
        events.welcomed(link, welcome);
        dialMissing();
      },
      message(link, message) {
        if (message.type !== "peers") return events.message(link, message);
        tell(message.head.peers);
        dialMissing();
      },
      closed(reason, link) {
        const isLost = link !== undefined && live.get(link.gatewayId) === link;
        if (isLost) live.delete(link.gatewayId);
        if (closed && live.size === 0) allClosed.resolve();
        if (closed) return;
        if (isDouble) return rest(peer);
        deps.note(`link to ${keyOf(peer)} ended: ${reason}`);
        if (isLost) {
          events.lost(link);
          wake();
          if (live.size === 0) findAgain();
        }
        again(peer, failures + 1);
      },
    });
    dialled.set(keyOf(peer), connection.close);
  }

  function again(peer: Peer, failures: number): void {
    const ceilingMs = Math.min(reconnectMsMax, reconnectMsMin * 2 ** Math.min(failures, 10));
    const cancel = deps.clock.after(reconnectMsMin + deps.random() * ceilingMs, () => {
      dialled.delete(keyOf(peer));
      if (ticket === undefined || !isWanted(peer)) dialMissing(failures);
      else dial(peer, failures);
    });
    dialled.set(keyOf(peer), cancel);
  }

  /** Another way to a gateway we have: the Service's address leads to any. It is tried again when a link has gone. */
  function rest(peer: Peer): void {
    resting.add(keyOf(peer));
    dialled.set(keyOf(peer), () => {});
  }

  function wake(): void {
    for (const key of resting) dialled.delete(key);
    resting.clear();
    dialMissing();
  }

  /** Gateways name the others; what is named no more is not dialled again. */
  function tell(peers: Peer[]): void {
    told = peers.slice(0, peersMax);
  }

  /** Dials every gateway not yet dialled; while there is no ticket, one at a time, since the token counts once. */
  function dialMissing(failures = 0): void {
    const missing = [...known, ...told].filter((peer) => !dialled.has(keyOf(peer)));
    if (ticket === undefined) {
      const peer = missing[turn++ % Math.max(1, missing.length)];
      if (peer !== undefined && dialled.size === 0) dial(peer, failures);
      return;
    }
    for (const peer of missing) if (!dialled.has(keyOf(peer))) dial(peer, 0);
  }

  async function resolve(): Promise<void> {
    let nextMs = resolveMs * (0.8 + 0.4 * deps.random());
    try {
      known = (await options.resolve()).slice(0, peersMax);
    } catch (cause) {
      deps.note(`the gateways' name does not resolve: ${cause instanceof Error ? cause.message : cause}`);
      if (live.size === 0) nextMs = reconnectMsMin + deps.random() * reconnectMsMax;
    }
    if (closed) return;
    dialMissing();
    cancelResolve = deps.clock.after(nextMs, () => void resolve());
  }

  /** The last gateway went: its successor may be known by now, and time is short. */
  function findAgain(): void {
    cancelFence = deps.clock.after(unlinkedMsMax, events.unlinked);
    cancelResolve();
    void resolve();
  }

  void resolve();
  return {
    find: (gatewayId) => live.get(gatewayId),
    all: () => [...live.values()],
    close() {
      closed = true;
      cancelFence();
      cancelResolve();
      for (const stop of dialled.values()) stop();
      if (live.size === 0) allClosed.resolve();
      deps.clock.after(farewellMsMax, () => allClosed.resolve());
      return allClosed.promise;
    },
  };
}
