/**
 * One link: dials a gateway over TLS, answers its challenge, and is a Link from `welcome` to its end. Frames sent in one
 * turn of the event loop leave in one write.
 */
import { connect } from "node:tls";
import { createEnvironmentReader } from "../../../crds/link/codec.ts";
import { FrameError } from "../../../crds/link/frame.ts";
import {
  type HeadOf,
  linkVersions,
  type ToEnvironment,
  type ToGateway,
} from "../../../crds/link/messages.ts";
import { ShapeError } from "../../../crds/link/shape.ts";
import type { ClockDep } from "../clock/clock.ts";
import { dialMsMax, silenceMsMax } from "../limits.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

export interface Peer {
  host: string;
  port: number;
}

export interface Link extends Outbox {
  gatewayId: string;
  /** Stops and restarts reading. */
  pause(): void;
  resume(): void;
}

export type Challenge = HeadOf<ToEnvironment, "challenge">;
export type Hello = HeadOf<ToGateway, "hello">;
export type Welcome = HeadOf<ToEnvironment, "welcome">;

export interface LinkEvents {
  /** Undefined: this gateway is linked already, by another of its addresses. */
  challenged(challenge: Challenge): Hello | undefined;
  welcomed(link: Link, welcome: Welcome): void;
  message(link: Link, message: ToEnvironment): void;
  /** The end, once, whatever the reason; `link` if it had been welcomed. */
  closed(reason: string, link: Link | undefined): void;
}

/** `closing`: all is said, and nothing may be any more; the gateway is still reading. */
type State = { at: "dialling" | "hello" | "closed" } | { at: "open" | "closing"; link: Link };

const serverName = "kambda-link";

interface Connection {
  /** Sends what is queued and says no more; the link ends when the gateway has read all of it. */
  close(): void;
}

export function openLink(deps: ClockDep, peer: Peer, ca: string, events: LinkEvents): Connection {
  const socket = connect({
    host: peer.host,
    port: peer.port,
    ca,
    servername: serverName,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED an image or a Secret may set.
    rejectUnauthorized: true,
    minVersion: "TLSv1.3",
  });
  const reader = createEnvironmentReader();
  let state: State = { at: "dialling" };
  let gatewayId = "";
  let cancelSilence = () => {};
  const outbox = createOutbox(deps, socket, () => end("the gateway reads too slowly"));
  const cancelDial = deps.clock.after(dialMsMax, () => end("no welcome in time"));

  function end(reason: string): void {
    if (state.at === "closed") return;
    const link = "link" in state ? state.link : undefined;
    state = { at: "closed" };
    cancelDial();
    cancelSilence();
    socket.destroy();
    events.closed(reason, link);
  }

  function heard(): void {
    cancelSilence();
    cancelSilence = deps.clock.after(silenceMsMax, () => end("the gateway has gone silent"));
  }

  /** Handles one message; the result, if any, is why the link must end. */
  function receive(message: ToEnvironment): string | undefined {
    switch (state.at) {
      case "dialling": {
        if (message.type !== "challenge") return `${message.type} instead of a challenge`;
        const { versions } = message.head;
        if (!versions.some((version) => linkVersions.some((ours) => ours === version))) {
          return `the gateway speaks version ${versions.join(" or ")} of the link, this environment ${linkVersions.join(" or ")}: their images are of different releases of Kambda`;
        }
        gatewayId = message.head.gatewayId;
        state = { at: "hello" };
        const hello = events.challenged(message.head);
        if (hello === undefined) return "linked already";
        outbox.send("hello", hello);
        return undefined;
      }
      case "hello": {
        if (message.type === "refuse") return `refused: ${message.head.reason}: ${message.head.message}`;
        if (message.type !== "welcome") return `${message.type} instead of a welcome`;
        cancelDial();
        const link: Link = {
          gatewayId,
          ...outbox,
          pause: () => void socket.pause(),
          resume: () => void socket.resume(),
        };
        state = { at: "open", link };
        events.welcomed(link, message.head);
        return undefined;
      }
      case "open":
        if (message.type === "ping") {
          outbox.send("pong", { sentAt: message.head.sentAt });
          heard();
        } else events.message(state.link, message);
        return undefined;
      case "closing":
        if (message.type === "ping") heard();
        return undefined;
      case "closed":
        return undefined;
    }
  }

  socket.setNoDelay(true);
  socket.on("data", (bytes: Uint8Array) => {
    try {
      for (const message of reader.push(bytes)) {
        const reason = receive(message);
        if (reason !== undefined) end(reason);
      }
    } catch (cause) {
      // A peer that breaks the framing cannot be spoken with; the link says why and is dialled anew.
      if (!(cause instanceof FrameError || cause instanceof ShapeError)) throw cause;
      end(`${cause.name}: ${cause.message}`);
    }
  });
  socket.on("error", (error: Error) => end(error.message));
  socket.on("close", () => end("the gateway closed the link"));
  return {
    close() {
      outbox.flush();
      socket.end();
      if (state.at !== "open") return;
      state = { at: "closing", link: state.link };
      heard();
    },
  };
}
