/** Loopback ports for the listeners: the ones a person expects when they are free, the same ones again on a second run. */
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { stateFolder } from "./paths.ts";

export interface Ports {
  public: number;
  api: number;
  metrics: number;
}

const preferred: Ports = { public: 8080, api: 8081, metrics: 9090 };
const triesMax = 200;

/** Ports are kept in `.kambda/`, because function URLs carry the public one. */
export async function freePorts(name: string): Promise<Ports> {
  const file = join(stateFolder, `ports-${name}.json`);
  const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (kept !== undefined) return JSON.parse(kept) as Ports;
  const ports: Ports = { public: 0, api: 0, metrics: 0 };
  const taken = new Set<number>();
  for (const listener of ["public", "api", "metrics"] as const) {
    ports[listener] = await firstFree(preferred[listener], taken);
    taken.add(ports[listener]);
  }
  await writeFile(file, JSON.stringify(ports));
  return ports;
}

async function firstFree(from: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = from; port < from + triesMax; port++) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port on 127.0.0.1 from ${from} to ${from + triesMax - 1}; end what uses them`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
