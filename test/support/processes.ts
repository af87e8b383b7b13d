/** Finds the processes of a pod on this machine by the pod's uid in their cgroup. */
import { readdir, readFile } from "node:fs/promises";

export interface Process {
  pid: number;
  commandLine: string;
}

/** Processes come and go while this reads; one that has gone is left out. */
export async function processesOf(podUid: string): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const cgroup = await readOrGone(`/proc/${pid}/cgroup`);
      if (!cgroup?.includes(podUid)) return undefined;
      const commandLine = (await readOrGone(`/proc/${pid}/cmdline`))?.replaceAll("\0", " ").trim() ?? "";
      return { pid, commandLine };
    }),
  );
  return found.filter((one) => one !== undefined);
}

async function readOrGone(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

export const isGateway = ({ commandLine }: Process) => commandLine.includes("gateway/main");
