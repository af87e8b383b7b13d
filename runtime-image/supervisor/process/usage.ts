/** What a function's processes hold, read from /proc: memory, and how many of them there are. */
import { readdirSync } from "node:fs";
import { openGroupMemory } from "./group-memory.ts";
import { readProc } from "./proc.ts";
import { createShares } from "./shares.ts";
import { readField, residentKilobytes } from "./status.ts";

export interface Usage {
  /** Memory that only these processes can give back (anonymous and shared pages), each page once. */
  memoryMb: number;
  /** Processes and threads. */
  tasks: number;
}

/** Up to `allowedMb` memory may be told too high where exactness would be dear. */
export type Look = (allowedMb: number) => Usage;

/**
 * Of the session the runtime leads, or, when we are PID 1, of everything but us. What each process has resident is cheap to read,
 * but Linux counts a page in every process that maps it: after a fork nearly all of them. So the sum is only the upper bound.
 */
export function openUsage(session: () => number): Look {
  const readGroup = openGroupMemory();
  const sharesOf = createShares();

  function held(residentOf: ReadonlyMap<number, number>, allowedKilobytes: number): number {
    const sum = [...residentOf.values()].reduce((all, one) => all + one, 0);
    if (residentOf.size <= 1) return sum;
    const group = readGroup?.();
    if (group !== undefined) return Math.min(sum, group);
    return sum <= allowedKilobytes ? sum : Math.min(sum, sharesOf(residentOf));
  }

  return (allowedMb) => {
    const residentOf = new Map<number, number>();
    let tasks = 0;
    for (const pid of functionPids(session())) {
      const status = readProc(`/proc/${pid}/status`);
      residentOf.set(pid, residentKilobytes(status));
      tasks += readField(status, "Threads");
    }
    return { memoryMb: held(residentOf, allowedMb * 1024) / 1024, tasks };
  };
}

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
