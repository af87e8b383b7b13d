/** Finds out whether a process we started still runs, and ends it, without ever touching another's. */
import { readFileSync } from "node:fs";
import type { ProcessIdentity } from "./state.ts";
import { until } from "./wait.ts";

const endSeconds = 20;

/** Throws when there is no such process. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicks(pid), bootId: bootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  try {
    return startTicks(identity.pid) === identity.startTicks;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Sends SIGKILL, then waits until it is gone; a process that is gone already is no error. */
export async function end(ended: ProcessIdentity): Promise<void> {
  if (!isAlive(ended)) return;
  process.kill(ended.pid, "SIGKILL");
  await until(`process ${ended.pid} to end`, endSeconds, () => (isAlive(ended) ? undefined : true));
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ESRCH";
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** Field 22 of proc(5)'s stat, counted after the command in parentheses, which may itself hold spaces. */
function startTicks(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields[19];
  if (fields[0] === "Z" || ticks === undefined) {
    throw Object.assign(new Error(`process ${pid} has ended`), { code: "ESRCH" });
  }
  return ticks;
}
