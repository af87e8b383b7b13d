/** The socket side of the Runtime API: loopback only, a bounded number of connections. */
import { createServer, type Socket } from "node:net";
import { apiConnectionsMax } from "../../limits.ts";
import { createConnection, type Handle } from "./connection.ts";

export interface ApiServer {
  port: number;
  close(): void;
}

export async function listen(port: number, handle: Handle): Promise<ApiServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= apiConnectionsMax) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const connection = createConnection(
      {
        write: (bytes) => socket.write(bytes),
        close: () => socket.end(),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
      },
      handle,
    );
    socket.on("data", (bytes) => connection.push(bytes));
    // A client that resets its connection is gone like one that closes it: "close" follows and says so.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      connection.closed();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the Runtime API has no port");
  return {
    port: address.port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
