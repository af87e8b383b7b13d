/** A server's address taken: the one way in which every listener of ours begins. */
import type { AddressInfo, Server } from "node:net";

/** Resolves with the port, which port 0 leaves to the system; rejects when the address cannot be had. */
export function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
