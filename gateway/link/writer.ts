/** Writes messages to a link's socket: one write for a small frame, and no copy of a large body. */
import type { TLSSocket } from "node:tls";
import { encodeToEnvironment } from "../../crds/link/codec.ts";
import { linkLimits } from "./limits.ts";
import type { SendToEnvironment } from "./link.ts";

export function createWriter(socket: TLSSocket): SendToEnvironment {
  return (type, head, body) => {
    if (socket.destroyed || !socket.writable) return false;
    if (socket.writableLength > linkLimits.unsentBytesMax) {
      socket.destroy();
      return false;
    }
    const [start, rest] = encodeToEnvironment(type, head, body);
    if (rest.length === 0) socket.write(start);
    else if (rest.length <= linkLimits.joinBytesMax) socket.write(Buffer.concat([start, rest]));
    else {
      socket.cork();
      socket.write(start);
      socket.write(rest);
      socket.uncork();
    }
    return true;
  };
}
