/**
 * What a function's processes hold, as their control group counts it: every page once, however many of them share it. The
 * group of a pod's container holds the function and us, and nobody else, so ours is taken off.
 */
import { groupFiles } from "./group-files.ts";
import { readProc } from "./proc.ts";
import { readResident } from "./status.ts";

const files = { memory: "memory.stat", unified: "memory.stat" };

/** In kilobytes. */
export interface GroupMemory {
  anonymous: number;
  /** Shared pages, mapped or not: segments, and files in `/dev/shm`. */
  shared: number;
}

/** Undefined where the group is not ours alone, or the kernel does not say. */
export function openGroupMemory(): (() => GroupMemory | undefined) | undefined {
  if (process.pid !== 1) return undefined;
  const path = groupFiles(files).find((one) => readGroupMemory(readProc(one)) !== undefined);
  if (path === undefined) return undefined;
  return () => {
    const all = readGroupMemory(readProc(path));
    if (all === undefined) return undefined;
    const own = readResident(readProc("/proc/self/status"));
    return { anonymous: all.anonymous - own.anonymous, shared: Math.max(0, all.shared - own.shared) };
  };
}

/** Of the group and what is below it. */
export function readGroupMemory(stat: string): GroupMemory | undefined {
  const kilobytesOf = (field: string) => {
    const found = new RegExp(`^${field} (\\d+)$`, "m").exec(stat)?.[1];
    return found === undefined ? undefined : Number(found) / 1024;
  };
  const anonymous = kilobytesOf("total_rss") ?? kilobytesOf("anon");
  const shared = kilobytesOf("total_shmem") ?? kilobytesOf("shmem");
  return anonymous === undefined || shared === undefined ? undefined : { anonymous, shared };
}
