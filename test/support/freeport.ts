/**
 * A port of the loopback that nobody listens on. It is below those that the kernel gives whoever asks for any, so that between
 * being found and being used it goes to nobody who does not want that very one.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Clear of the ports people serve at, and of Kubernetes' and the kernel's own, which begin at 30000 and 32768. */
const portMin = 20_000;
const portMax = 30_000;
const triesMax = 100;

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = randomInt(portMin, portMax);
    if (await isFree(port)) return port;
  }
  throw new Error(`${triesMax} ports between ${portMin} and ${portMax} were in use`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
