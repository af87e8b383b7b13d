/** An open link, as the rest of the gateway holds it: say something to the environment, or end the connection. */
import type { TLSSocket } from "node:tls";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { SendToEnvironment, Writer } from "./writer.ts";

export interface Link {
  readonly pod: EnvironmentPod;
  /** False when the connection is gone or stuck; nothing was sent then. */
  send: SendToEnvironment;
  /** Resolves when what was sent has left, or the connection is gone. */
  drained(): Promise<void>;
  /** Stops and restarts reading: the environment then waits with what it sends. */
  pause(): void;
  resume(): void;
  close(): void;
}

export type Hello = HeadOf<ToGateway, "hello">;
export type FromEnvironment = Exclude<ToGateway, { type: "hello" | "pong" }>;

/** Who is told about links. Called in order for one link: joined, message*, left. A newer link of a pod joins after the older left. */
export interface LinkListener {
  joined(link: Link, hello: Hello): void;
  message(link: Link, message: FromEnvironment): void;
  left(link: Link): void;
}

export function createLink(
  socket: TLSSocket,
  { send, drained }: Writer,
  pod: EnvironmentPod,
  close: () => void,
): Link {
  return {
    pod,
    send,
    drained,
    close,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}
