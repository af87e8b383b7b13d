/** What a process and its descendants hold in memory, read from /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** Peak resident memory of one process in MB, rounded up; 0 once it is gone. */
export function peakMemoryMb(pid: number): number {
  return Math.ceil(readStatusKb(pid, "VmHWM") / 1024);
}

/**
 * Memory that only these processes can give back (anonymous and shared pages), in MB: of the session the runtime leads, or,
 * when we are PID 1, of everything but us.
 */
export function functionMemoryMb(session: number): number {
  const isFunctions = (pid: number) => (process.pid === 1 ? pid !== 1 : readSession(pid) === session);
  let kilobytes = 0;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !isFunctions(pid)) continue;
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

/** How often the kernel has killed a process of this container for memory, by either generation of cgroups; 0 where none says. */
export function oomKills(): number {
  const files = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"];
  return files.reduce((most, file) => Math.max(most, readOomKills(readProc(file))), 0);
}

export const readOomKills = (text: string): number => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
