/**
 * What a function's processes hold, as their control group counts it: every page once, however many of them share it. The
 * group of a pod's container holds the function and us, and nobody else, so ours is taken off.
 */
import { groupFiles } from "./group-files.ts";
import { readProc } from "./proc.ts";
import { residentKilobytes } from "./status.ts";

const files = { memory: "memory.stat", unified: "memory.stat" };

/** In kilobytes; undefined where the group is not ours alone, or the kernel does not say. */
export function openGroupMemory(): (() => number | undefined) | undefined {
  if (process.pid !== 1) return undefined;
  const path = groupFiles(files).find((one) => readGroupKilobytes(readProc(one)) !== undefined);
  if (path === undefined) return undefined;
  return () => {
    const all = readGroupKilobytes(readProc(path));
    return all === undefined ? undefined : all - residentKilobytes(readProc("/proc/self/status"));
  };
}

/** Anonymous and shared pages, of the group and what is below it. */
export function readGroupKilobytes(stat: string): number | undefined {
  const bytesOf = (field: string) => {
    const found = new RegExp(`^${field} (\\d+)$`, "m").exec(stat)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const anonymous = bytesOf("total_rss") ?? bytesOf("anon");
  if (anonymous === undefined) return undefined;
  return (anonymous + (bytesOf("total_shmem") ?? bytesOf("shmem") ?? 0)) / 1024;
}
