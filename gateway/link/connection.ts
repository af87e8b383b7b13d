/** One connection from accept to end: bytes become messages, messages become steps of `session.ts`, steps are carried out. */
import type { TLSSocket } from "node:tls";
import { createGatewayReader } from "../../crds/link/codec.ts";
import { FrameError } from "../../crds/link/frame.ts";
import { type HeadOf, linkVersions, type ToEnvironment, type ToGateway } from "../../crds/link/messages.ts";
import { ShapeError } from "../../crds/link/shape.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Judgement } from "./judge.ts";
import { linkLimits } from "./limits.ts";
import { createLink, type Hello, type Link, type LinkListener } from "./link.ts";
import { type Action, type Happening, type State, table } from "./session.ts";
import { createWriter } from "./writer.ts";

export type ConnectionDeps = ClockDep &
  RandomDep &
  LogDep & {
    judge(hello: Hello, nonce: string): Promise<Judgement>;
    listener: LinkListener;
  };

export interface ConnectionOptions {
  gatewayId: string;
  /** The other gateways, for the environment to dial. */
  peers(): HeadOf<ToEnvironment, "welcome">["peers"];
  /** Called right before the listener hears of the link: an older one of the same pod must be gone by then. */
  opened(link: Link): void;
  /** Called once; `link` if it was ever open. */
  closed(link: Link | undefined): void;
}

/** What a step is about, beside its happening. */
type Matter = { message: ToGateway } | { judgement: Judgement; hello: Hello } | undefined;

export function serveConnection(deps: ConnectionDeps, options: ConnectionOptions, socket: TLSSocket): void {
  const { clock, log, listener } = deps;
  const { gatewayId, peers } = options;
  const reader = createGatewayReader();
  const writer = createWriter(socket);
  const { send } = writer;
  const nonce = Buffer.from(deps.random.bytes(32)).toString("base64");
  let state: State = "challenged";
  let link: Link | undefined;
  let strangerBytes = 0;
  let heardAtMs = clock.monotonicMs();
  let stopPings = () => {};
  let isForgotten = false;

  const happen = (happening: Happening, matter?: Matter) => {
    const step = table[state][happening];
    state = step.state;
    carryOut(step.action, matter);
  };

  const carryOut = (action: Action, matter: Matter) => {
    switch (action) {
      case "verify":
        if (matter !== undefined && "message" in matter && matter.message.type === "hello")
          verify(matter.message.head);
        return;
      case "welcome":
        if (matter !== undefined && "judgement" in matter && matter.judgement.admit)
          welcome(matter.judgement, matter.hello);
        return;
      case "deliver":
        if (matter !== undefined && "message" in matter) deliver(matter.message);
        return;
      case "turnAway":
        if (matter !== undefined && "judgement" in matter && !matter.judgement.admit)
          turnAway(matter.judgement);
        return;
      case "cut":
        socket.destroy();
        forget();
        return;
      case "forget":
        forget();
        return;
      case "nothing":
        return;
    }
  };

  const verify = (hello: Hello) => {
    deps.judge(hello, nonce).then(
      (judgement) => happen(judgement.admit ? "admitted" : "refused", { judgement, hello }),
      (error: unknown) => {
        log.error("cannot judge a hello", error);
        happen("broken");
      },
    );
  };
  const welcome = ({ pod, version, ticket }: Judgement & { admit: true }, hello: Hello) => {
    link = createLink(socket, writer, pod, () => happen("broken"));
    options.opened(link);
    stopPings = keepAlive();
    // Who places is said by `epoch`, once the shard is known.
    send("welcome", { version, ticket, peers: peers(), epoch: 0 });
    listener.joined(link, hello);
  };
  const deliver = (message: ToGateway) => {
    if (link !== undefined && message.type !== "hello" && message.type !== "pong")
      listener.message(link, message);
  };
  const turnAway = ({ reason, message }: Judgement & { admit: false }) => {
    log.warn("an environment was refused", { reason, message, from: socket.remoteAddress });
    send("refuse", { reason, message });
    socket.end();
    clock.after(linkLimits.handshakeMsMax, () => socket.destroy());
    forget();
  };
  const forget = () => {
    if (isForgotten) return;
    isForgotten = true;
    stopPings();
    stopHandshake();
    options.closed(link);
    if (link !== undefined) listener.left(link);
  };
  const keepAlive = () => {
    let stop = () => {};
    const beat = () => {
      // Silence that we asked for says nothing.
      if (socket.isPaused()) heardAtMs = clock.monotonicMs();
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

  const receive = (chunk: Uint8Array) => {
    heardAtMs = clock.monotonicMs();
    if (link === undefined) strangerBytes += chunk.length;
    if (strangerBytes > linkLimits.strangerBytesMax) {
      happen("broken");
      return;
    }
    for (const message of read(chunk)) happen(message.type, { message });
  };
  /** Nothing more of one that breaks the rules; what its messages come to is not its fault, and not caught here. */
  const read = (chunk: Uint8Array): ToGateway[] => {
    try {
      return reader.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameError || error instanceof ShapeError)) throw error;
      log.error("an environment broke the link's rules", error, { pod: link?.pod.name });
      happen("broken");
      return [];
    }
  };
  socket.setNoDelay(true);
  socket.on("data", receive);
  socket.on("close", () => happen("disconnected"));
  socket.on("error", (error) => {
    log.debug("a link failed", { reason: error.message, pod: link?.pod.name });
    happen("disconnected");
  });
  send("challenge", { versions: [...linkVersions], nonce, gatewayId, epoch: 0 });
}
