/** Where the kernel's files about this container's control group stand, in either generation of cgroups. */
import { readProc } from "./proc.ts";

const roots = { memory: "/sys/fs/cgroup/memory", unified: "/sys/fs/cgroup" };

/** One file's name in the memory controller of the first generation, and in the second. */
export interface GroupFile {
  memory: string;
  unified: string;
}

export const groupFiles = (file: GroupFile): string[] => findGroupFiles(readProc("/proc/self/cgroup"), file);

/**
 * Where the file may stand. A container mostly sees its own group as the root of them all; where it is shown its path
 * among the others instead, the file is there.
 */
export function findGroupFiles(ownGroups: string, file: GroupFile): string[] {
  return (["memory", "unified"] as const).flatMap((kind) => {
    const pattern = kind === "memory" ? /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.+)$/m : /^0::(.+)$/m;
    const own = (pattern.exec(ownGroups)?.[1] ?? "/").replace(/\/$/, "");
    return [...new Set([`${roots[kind]}${own}/${file[kind]}`, `${roots[kind]}/${file[kind]}`])];
  });
}
