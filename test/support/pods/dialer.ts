/**
 * Dials the link as an environment does, with whatever credential it was given, and tells what the gateway made of it. Bundled
 * into functions and pods that try to be what they are not.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { createEnvironmentReader, encodeToGateway } from "../../../crds/link/codec.ts";
import { linkVersions } from "../../../crds/link/messages.ts";
import { createLinkKey } from "../../../crds/link/proof.ts";

export interface Dial {
  host: string;
  port: number;
  /** A token, or the path of a file that holds one. */
  token?: string;
  tokenPath?: string;
  /** Listens this long after a welcome for work it should not be given. */
  listenMs?: number;
}

export type Dialed =
  | { outcome: "refused"; reason: string }
  | { outcome: "welcomed"; assigned: boolean }
  | { outcome: "closed" | "unreachable"; reason: string };

const patienceMs = 8_000;
/** A Service refuses connections while its only gateway is not ready: one that is busy may miss a probe. */
const attemptsMax = 10;
const betweenAttemptsMs = 1_000;

export async function dial(options: Dial): Promise<Dialed> {
  for (let attempt = 1; ; attempt++) {
    const dialed = await dialOnce(options);
    const wasRefused = dialed.outcome === "unreachable" && dialed.reason.includes("ECONNREFUSED");
    if (!wasRefused || attempt === attemptsMax) return dialed;
    await new Promise((resolve) => setTimeout(resolve, betweenAttemptsMs));
  }
}

function dialOnce(options: Dial): Promise<Dialed> {
  const { host, port, listenMs = 0 } = options;
  const token = options.token ?? (options.tokenPath ? readFileSync(options.tokenPath, "utf8") : undefined);
  return new Promise((resolve) => {
    const key = createLinkKey();
    const reader = createEnvironmentReader();
    let welcomed = false;
    const end = (dialed: Dialed) => {
      socket.destroy();
      resolve(dialed);
    };
    const timer = setTimeout(
      () => end({ outcome: "unreachable", reason: "no answer" }),
      patienceMs + listenMs,
    );
    // Whose certificate it is does not matter to one who wants in by any door.
    const socket = connect({ host, port, servername: "kambda-link", rejectUnauthorized: false });
    socket.on("data", (chunk: Buffer) => {
      for (const message of reader.push(chunk)) {
        switch (message.type) {
          case "challenge": {
            const [head, body] = encodeToGateway("hello", {
              version: linkVersions[0],
              ...(token === undefined ? {} : { token }),
              publicKey: key.publicKey,
              signature: key.sign(message.head.nonce),
              state: "unclaimed",
              epoch: 0,
            });
            socket.write(Buffer.concat([head, body]));
            break;
          }
          case "refuse":
            clearTimeout(timer);
            end({ outcome: "refused", reason: message.head.reason });
            break;
          case "welcome":
            welcomed = true;
            setTimeout(() => end({ outcome: "welcomed", assigned: false }), listenMs);
            break;
          case "assign":
            clearTimeout(timer);
            end({ outcome: "welcomed", assigned: true });
            break;
          default:
            break;
        }
      }
    });
    socket.on("error", (error: Error) => end({ outcome: "unreachable", reason: error.message }));
    socket.on("close", () => {
      clearTimeout(timer);
      if (!welcomed) resolve({ outcome: "closed", reason: "the gateway hung up" });
    });
  });
}
