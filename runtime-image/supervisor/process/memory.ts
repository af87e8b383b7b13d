/** What a process and its descendants hold in memory, read from /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** Peak resident memory of one process in MB, rounded up; 0 once it is gone. */
export function peakMemoryMb(pid: number): number {
  return Math.ceil(readStatusKb(pid, "VmHWM") / 1024);
}

/** Memory that only these processes can give back (anonymous and shared pages), in MB, over all of one session. */
export function sessionMemoryMb(session: number): number {
  let kilobytes = 0;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || readSession(pid) !== session) continue;
    kilobytes += readStatusKb(pid, "RssAnon") + readStatusKb(pid, "RssShmem");
  }
  return kilobytes / 1024;
}

function readStatusKb(pid: number, field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readProc(`/proc/${pid}/status`));
  return Number(match?.[1] ?? 0);
}

/** The session id: the fourth field after the command's closing parenthesis. */
function readSession(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3] ?? 0);
}

/** A process may end between two looks: what it held is then nothing. */
function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ESRCH")) {
      return "";
    }
    throw cause;
  }
}
