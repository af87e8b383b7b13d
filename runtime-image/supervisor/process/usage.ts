/** What a function's processes hold, read from /proc: memory, and how many of them there are. */
import { readdirSync } from "node:fs";
import { type GroupMemory, openGroupMemory } from "./group-memory.ts";
import { readProc } from "./proc.ts";
import { createShares } from "./shares.ts";
import { readField, readResident } from "./status.ts";

export interface Usage {
  /** Memory that is given back when these processes end (anonymous and shared pages, files in `/dev/shm`), each page once. */
  memoryMb: number;
  /** Processes and threads. */
  tasks: number;
}

/** Up to `allowedMb` memory may be told too high where exactness would be dear. */
export type Look = (allowedMb: number) => Usage;

/**
 * Of the session the runtime leads, or, when we are PID 1, of everything but us. What each process has resident is cheap to read,
 * but Linux counts a page in every process that maps it, after a fork nearly all of them, and a file in `/dev/shm` in none. So
 * where the group is the function's it tells what is shared, and no more than it has is anonymous.
 */
export function openUsage(session: () => number): Look {
  const readGroup = openGroupMemory();
  const sharesOf = createShares();

  function held(processes: ReadonlyMap<number, GroupMemory>, allowedKilobytes: number): number {
    const anonymous = sum([...processes.values()].map((one) => one.anonymous));
    const group = readGroup?.();
    if (group !== undefined) return Math.min(anonymous, group.anonymous) + group.shared;
    const residentOf = new Map([...processes].map(([pid, one]) => [pid, one.anonymous + one.shared]));
    const mapped = sum([...residentOf.values()]);
    return residentOf.size <= 1 || mapped <= allowedKilobytes
      ? mapped
      : Math.min(mapped, sharesOf(residentOf));
  }

  return (allowedMb) => {
    const processes = new Map<number, GroupMemory>();
    let tasks = 0;
    for (const pid of functionPids(session())) {
      const status = readProc(`/proc/${pid}/status`);
      processes.set(pid, readResident(status));
      tasks += readField(status, "Threads");
    }
    return { memoryMb: held(processes, allowedMb * 1024) / 1024, tasks };
  };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

function functionPids(session: number): number[] {
  const isFunctions = (pid: number) => (process.pid === 1 ? pid !== 1 : readSession(pid) === session);
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isFunctions(pid));
}

/** The session id: the fourth field after the command's closing parenthesis. */
function readSession(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3] ?? 0);
}
