/** What a function's processes hold, read from /proc: memory, and how many of them there are. */
import { closeSync, readdirSync } from "node:fs";
import { openProc, readOpenProc, readProc } from "./proc.ts";

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

export interface PeakMemory {
  /** Peak resident memory in MB, rounded up; what it last was once the process is gone. */
  readMb(): number;
  close(): void;
}

/** Enough of /proc/<pid>/status for VmHWM: what stands before it is of bounded length. */
const statusBytesMax = 2048;

/** Reads the peak of one process from a file kept open: every invocation asks. */
export function openPeakMemory(pid: number): PeakMemory {
  let file = openProc(`/proc/${pid}/status`);
  const buffer = Buffer.allocUnsafe(statusBytesMax);
  let peakMb = 0;
  return {
    readMb() {
      if (file === undefined) return peakMb;
      const text = buffer.toString("latin1", 0, readOpenProc(file, buffer));
      peakMb = Math.ceil(readField(text, "VmHWM") / 1024) || peakMb;
      return peakMb;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function readField(status: string, field: string): number {
  const at = status.indexOf(`\n${field}:`);
  return at < 0 ? 0 : Number.parseInt(status.slice(at + field.length + 2, at + field.length + 24), 10);
}

/** The session id: the fourth field after the command's closing parenthesis. */
function readSession(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3] ?? 0);
}
