/** Whether the kernel has killed for memory here: its count, by either generation of cgroups. */
import { groupFiles } from "./group-files.ts";
import { readProc } from "./proc.ts";

const files = { memory: "memory.oom_control", unified: "memory.events" };

/** How often a process of this container was killed for memory; 0 where the kernel does not say. */
export function oomKills(): number {
  return Math.max(...groupFiles(files).map((path) => readOomKills(readProc(path))));
}

export const readOomKills = (text: string): number => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
