/** One connection between two gateways, whichever of them dialled: both sides say who they are, then speak in turns of their own. */
import type { TLSSocket } from "node:tls";
import { ZodError } from "zod";
import { createFrameReader, encodeFrame, FrameError } from "../../crds/link/frame.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { peerLimits } from "./limits.ts";
import { type PeerMessage, readPeerMessage } from "./messages.ts";

export interface Connection {
  /** Of the other side; 0 before it has said so. */
  version(): number;
  send(message: PeerMessage): void;
  close(): void;
}

export interface ConnectionEvents {
  /** The other side has said who it is. */
  opened(id: string): void;
  message(message: Exclude<PeerMessage, { type: "hello" | "ping" }>): void;
  /** Once; `wasOpen` if it had said who it is. */
  closed(reason: string, wasOpen: boolean): void;
}

/** Every frame is of one kind; what it says stands in its head. */
const frameCode = 1;

export function speak(
  { clock, log }: ClockDep & LogDep,
  socket: TLSSocket,
  self: { id: string; shards: number; version: number },
  events: ConnectionEvents,
): Connection {
  const reader = createFrameReader(peerLimits.messageBytesMax);
  let isOpen = false;
  let version = 0;
  let isClosed = false;
  let heardAtMs = clock.monotonicMs();
  let beatAtMs = heardAtMs;
  let stopPings = () => {};

  const end = (reason: string) => {
    if (isClosed) return;
    isClosed = true;
    stopHandshake();
    stopPings();
    socket.destroy();
    events.closed(reason, isOpen);
  };
  const send = (message: PeerMessage) => {
    if (isClosed) return;
    const [frame] = encodeFrame(frameCode, message);
    socket.write(frame);
    if (socket.writableLength > peerLimits.unsentBytesMax) end("the gateway reads too slowly");
  };
  const beat = () => {
    const nowMs = clock.monotonicMs();
    // Whoever stood still itself has not listened meanwhile: the other side has one beat more.
    if (nowMs - beatAtMs > 2 * peerLimits.pingEveryMs)
      heardAtMs = Math.max(heardAtMs, nowMs - peerLimits.pingEveryMs);
    beatAtMs = nowMs;
    if (nowMs - heardAtMs > peerLimits.silenceMsMax) return end("the gateway has gone silent");
    send({ type: "ping" });
    stopPings = clock.after(peerLimits.pingEveryMs, beat);
  };
  const receive = (message: PeerMessage) => {
    if (isClosed) return;
    switch (message.type) {
      case "hello":
        if (isOpen) return end("a second hello");
        if (message.shards !== self.shards)
          return end(`it has ${message.shards} shards, we have ${self.shards}`);
        isOpen = true;
        version = message.version;
        stopHandshake();
        events.opened(message.id);
        return;
      case "ping":
        return;
      case "podKey":
      case "toPlacer":
      case "toClient":
        if (isOpen) events.message(message);
        else end(`${message.type} before hello`);
        return;
    }
  };
  const stopHandshake = clock.after(peerLimits.handshakeMsMax, () => end("no hello in time"));
  socket.setNoDelay(true);
  socket.on("data", (chunk: Uint8Array) => {
    heardAtMs = clock.monotonicMs();
    try {
      for (const { head } of reader.push(chunk)) receive(readPeerMessage(head));
    } catch (error) {
      if (!(error instanceof FrameError || error instanceof ZodError)) throw error;
      log.error("a gateway broke the rules of its connection", error);
      end("it broke the rules");
    }
  });
  socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  socket.on("close", () => end("closed"));
  send({ type: "hello", ...self });
  beat();
  return { send, version: () => version, close: () => end("closed by us") };
}
