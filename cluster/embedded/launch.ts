/** Makes the namespaces of a node and starts its process 1 in them, detached: it outlives the command. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ClusterError } from "../provider.ts";
import type { NodePlan } from "./node/plan.ts";
import { identify } from "./process.ts";
import type { ProcessIdentity } from "./state.ts";
import { until } from "./wait.ts";

const startSeconds = 10;

const namespaces = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"];

export interface Launch {
  readonly plan: NodePlan;
  readonly machine: string;
  readonly logs: string;
  /** Called when the namespaces are there and before anything runs in them, to plug the network in. */
  readonly plug: (pid: number) => Promise<void>;
}

/** Resolves to the identity, on the host, of the process whose end is the end of the node. */
export async function launchNode({ plan, machine, logs, plug }: Launch): Promise<ProcessIdentity> {
  const logPath = join(logs, "machine.log");
  const log = openSync(logPath, "a");
  const child = spawn("unshare", [...namespaces, machine], { detached: true, stdio: ["pipe", log, log] });
  closeSync(log);
  let failure: Error | undefined;
  child.on("error", (error) => {
    failure = error;
  });
  const input = child.stdin;
  if (input === null) throw new Error("asked for a pipe, got none");
  input.on("error", (error) => {
    failure = error;
  });
  const pid = await until("the namespaces of a node", startSeconds, () => {
    if (failure) throw failure;
    if (child.exitCode !== null)
      throw new ClusterError(`unshare ended: ${readFileSync(logPath, "utf8").trim()}`);
    return child.pid === undefined ? undefined : firstChild(child.pid);
  });
  await plug(pid);
  input.end(JSON.stringify(plan));
  child.unref();
  return identify(pid);
}

function firstChild(parent: number): number | undefined {
  const pid = Number.parseInt(readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8"), 10);
  return Number.isNaN(pid) ? undefined : pid;
}
