/** kubectl's own tunnels to the listeners, left running between commands and ended by `npm stop`. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { end, identify } from "../cluster/embedded/process.ts";
import { processSchema } from "../cluster/embedded/state.ts";
import { releaseNamespace } from "./names.ts";
import { stateFolder } from "./paths.ts";

export interface Tunnel {
  service: string;
  /** `<local>:<of the service>`. */
  ports: string;
}

const kept = z.array(z.object({ process: processSchema, log: z.string() }));
type Kept = z.infer<typeof kept>;

/** Replaces the tunnels of an earlier run: they end with the pods they led to. */
export async function openTunnels(
  name: string,
  tunnels: readonly Tunnel[],
  env: Record<string, string>,
): Promise<void> {
  await closeTunnels(name);
  const opened: Kept = tunnels.map((tunnel) => {
    const log = join(stateFolder, `tunnel-${name}-${tunnel.service}.log`);
    return { process: identify(open(tunnel, log, env)), log };
  });
  await writeFile(fileOf(name), JSON.stringify(opened));
}

export async function closeTunnels(name: string): Promise<void> {
  const text = await readFile(fileOf(name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "[]";
    throw error;
  });
  for (const { process, log } of kept.parse(JSON.parse(text))) {
    await end(process);
    await rm(log, { force: true });
  }
  await rm(fileOf(name), { force: true });
}

function open({ service, ports }: Tunnel, logPath: string, env: Record<string, string>): number {
  const log = openSync(logPath, "w");
  const child = spawn("kubectl", ["port-forward", "-n", releaseNamespace, `service/${service}`, ports], {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  if (child.pid === undefined)
    throw new Error("kubectl could not be started to open a tunnel: is it on the PATH?");
  return child.pid;
}

function fileOf(name: string): string {
  return join(stateFolder, `tunnels-${name}.json`);
}
