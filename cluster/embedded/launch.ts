/** Makes the namespaces of a node and starts its process 1 in them, detached: it outlives the command. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { ClusterError } from "../provider.ts";
import type { NodePlan } from "./node/plan.ts";
import { identify } from "./process.ts";
import type { ProcessIdentity } from "./state.ts";
import { until } from "./wait.ts";

const startSeconds = 10;
const setupSeconds = 40;

const namespaces = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"];

export interface Launch {
  readonly plan: NodePlan;
  readonly machine: string;
  readonly logs: string;
  /** The plan's ready file, as it is seen from the host. */
  readonly ready: string;
  /** Called when the namespaces are there and before anything runs in them, to plug the network in. */
  readonly plug: (pid: number) => Promise<void>;
}

/**
 * Resolves to the identity, on the host, of the process whose end is the end of the node. Nothing of the node is
 * left when this fails, or is cut short: process 1 ends when its plan does not come.
 */
export async function launchNode({ plan, machine, logs, ready, plug }: Launch): Promise<ProcessIdentity> {
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

async function send(input: Writable | null, text: string): Promise<void> {
  if (input === null) throw new Error("asked for a pipe, got none");
  input.end(text);
  await finished(input);
}

function firstChild(parent: number): number | undefined {
  const pid = Number.parseInt(readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8"), 10);
  return Number.isNaN(pid) ? undefined : pid;
}
