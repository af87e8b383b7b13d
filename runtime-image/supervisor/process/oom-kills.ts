/** Whether the kernel has killed for memory here: its count, by either generation of cgroups. */
import { readProc } from "./proc.ts";

const roots = { memory: "/sys/fs/cgroup/memory", unified: "/sys/fs/cgroup" };
const files = { memory: "memory.oom_control", unified: "memory.events" };

/** How often a process of this container was killed for memory; 0 where the kernel does not say. */
export function oomKills(): number {
  const counts = findOomFiles(readProc("/proc/self/cgroup")).map((path) => readOomKills(readProc(path)));
  return Math.max(...counts);
}

/**
 * Where the count may stand. A container mostly sees its own group as the root of them all; where it is shown its path
 * among the others instead, the count is there.
 */
export function findOomFiles(ownGroups: string): string[] {
  return (["memory", "unified"] as const).flatMap((kind) => {
    const pattern = kind === "memory" ? /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.+)$/m : /^0::(.+)$/m;
    const own = (pattern.exec(ownGroups)?.[1] ?? "/").replace(/\/$/, "");
    return [...new Set([`${roots[kind]}${own}/${files[kind]}`, `${roots[kind]}/${files[kind]}`])];
  });
}

export const readOomKills = (text: string): number => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
