/** Gives an address inside the cluster a port of this machine's loopback, until the cluster goes down. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { ClusterError } from "../provider.ts";
import { hostFolder } from "./build.ts";
import { clusterPaths } from "./paths.ts";
import { end, identify, isAlive } from "./process.ts";
import { readState, writeState } from "./state.ts";
import { until } from "./wait.ts";

const listenSeconds = 10;

/** `listen` is like 127.0.0.1:8080, `target` like 10.100.128.7:80. An earlier forward of `listen` is replaced. */
export async function forward(name: string, listen: string, target: string): Promise<void> {
  const paths = clusterPaths(name);
  const state = readState(paths);
  if (state === undefined)
    throw new ClusterError(`there is no cluster ${name} to forward to: npm start -- --name ${name}`);
  const [earlier] = state.forwards.filter((kept) => kept.listen === listen);
  if (earlier?.target === target && isAlive(earlier.process)) return;
  if (earlier) await end(earlier.process);

  const logPath = join(paths.logs, `forward-${listen.replace(":", "-")}.log`);
  const log = openSync(logPath, "w");
  const child = spawn(join(hostFolder(), "forward"), [`${listen}=${target}`], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const pid = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("spawn", () => resolve(child.pid ?? 0));
  });
  child.unref();
  const process = identify(pid);
  await until(`${listen} to accept connections`, listenSeconds, () => {
    if (!isAlive(process))
      throw new ClusterError(`forwarding ${listen}: ${readFileSync(logPath, "utf8").trim()}`);
    return accepts(listen);
  });
  const others = readState(paths)?.forwards.filter((kept) => kept.listen !== listen) ?? [];
  writeState(paths, { ...state, forwards: [...others, { listen, target, process }] });
}

function accepts(listen: string): Promise<true | undefined> {
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon);
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(listen.slice(colon + 1)) });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(undefined));
  });
}
