/** Makes the namespaces of a node and starts its process 1 in them, detached: it outlives the command. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { ClusterError } from "../provider.ts";
import { layout } from "./node/layout.ts";
import type { NodePlan } from "./node/plan.ts";
import { end, identify } from "./process.ts";
import { type ProcessIdentity, processSchema } from "./state.ts";
import { until } from "./wait.ts";

const startSeconds = 10;
const setupSeconds = 40;
const processFile = "process.json";

const namespaces = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"];

export interface Launch {
  readonly plan: NodePlan;
  readonly machine: string;
  readonly logs: string;
  /** The node's folder on the host: here its ready file appears, and its process is written down. */
  readonly folder: string;
  /** Called when the namespaces are there and before anything runs in them, to plug the network in. */
  readonly plug: (pid: number) => Promise<void>;
}

/**
 * Resolves to the identity, on the host, of the process whose end is the end of the node. Nothing of the node is
 * left when this fails, or is cut short: process 1 ends when its plan does not come.
 */
export async function launchNode({ plan, machine, logs, folder, plug }: Launch): Promise<ProcessIdentity> {
  const ready = join(folder, basename(layout.ready));
  await endLaunched(folder);
  rmSync(ready, { force: true });
  const logPath = join(logs, "machine.log");
  const log = openSync(logPath, "a");
  const child = spawn("unshare", [...namespaces, machine], { detached: true, stdio: ["pipe", log, log] });
  closeSync(log);
  let failure: Error | undefined;
  child.on("error", (error) => {
    failure = error;
  });
  try {
    const assertRunning = () => {
      if (failure) throw failure;
      if (child.exitCode !== null) {
        throw new ClusterError(`the node ended: ${readFileSync(logPath, "utf8").trim()}`);
      }
    };
    const pid = await until("the namespaces of a node", startSeconds, () => {
      assertRunning();
      return child.pid === undefined ? undefined : firstChild(child.pid);
    });
    // Written down before it does anything, so that it can be found whenever this command is cut short.
    writeFileSync(join(folder, processFile), JSON.stringify(identify(pid)));
    await plug(pid);
    await send(child.stdin, JSON.stringify(plan));
    await until(`${plan.hostname} to be set up`, setupSeconds, () => {
      assertRunning();
      return existsSync(ready) || undefined;
    });
    return identify(pid);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    child.unref();
  }
}

/** Ends what was last launched with this folder, if it still runs. */
export async function endLaunched(folder: string): Promise<void> {
  const path = join(folder, processFile);
  if (existsSync(path)) await end(processSchema.parse(JSON.parse(readFileSync(path, "utf8"))));
}

async function send(input: Writable | null, text: string): Promise<void> {
  if (input === null) throw new Error("asked for a pipe, got none");
  input.end(text);
  await finished(input);
}

function firstChild(parent: number): number | undefined {
  const pid = Number.parseInt(readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8"), 10);
  return Number.isNaN(pid) ? undefined : pid;
}
