/** What a function's processes hold, read from /proc: memory, and how many of them there are. */
import { readdirSync } from "node:fs";
import { readProc } from "./proc.ts";

export interface Usage {
  /** Memory that only these processes can give back (anonymous and shared pages). */
  memoryMb: number;
  /** Processes and threads. */
  tasks: number;
}

/** Of the session the runtime leads, or, when we are PID 1, of everything but us. */
export function functionUsage(session: number): Usage {
  const isFunctions = (pid: number) => (process.pid === 1 ? pid !== 1 : readSession(pid) === session);
  let kilobytes = 0;
  let tasks = 0;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !isFunctions(pid)) continue;
    const status = readProc(`/proc/${pid}/status`);
    kilobytes += readField(status, "RssAnon") + readField(status, "RssShmem");
    tasks += readField(status, "Threads");
  }
  return { memoryMb: kilobytes / 1024, tasks };
}

/** Peak resident memory of one process in MB, rounded up; 0 once it is gone. */
export function peakMemoryMb(pid: number): number {
  return Math.ceil(readField(readProc(`/proc/${pid}/status`), "VmHWM") / 1024);
}

function readField(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}

/** The session id: the fourth field after the command's closing parenthesis. */
function readSession(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3] ?? 0);
}
