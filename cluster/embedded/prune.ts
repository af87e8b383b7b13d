/** Keeps the cache from growing with every change of the node's programs: the newest builds stay, and those that run. */
import { readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const buildsMax = 3;

export function pruneBuilds(cache: string): void {
  const builds = readdirSync(cache)
    .filter((name) => /^host-[0-9a-f]+$/.test(name))
    .map((name) => join(cache, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const programs = runningPrograms();
  for (const build of builds.slice(buildsMax)) {
    if (!programs.some((program) => program.startsWith(`${build}/`))) rmSync(build, { recursive: true });
  }
}

function runningPrograms(): string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.flatMap((pid) => {
    try {
      return [readlinkSync(`/proc/${pid}/exe`)];
    } catch (error) {
      // Ended meanwhile, or a thread of the kernel, which has no program.
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return [];
      throw error;
    }
  });
}
