/** A memory cgroup of our own, of either generation, so that the kernel itself kills what takes more. Needs root. */
import { expect } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOomKills } from "../../../runtime-image/supervisor/process/oom-kills.ts";
import { claim } from "./claim.ts";
import { waitFor } from "./wait.ts";

const generations = [
  { root: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes", count: "memory.oom_control" },
  { root: "/sys/fs/cgroup", limit: "memory.max", count: "memory.events" },
];

const enter = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
const memoryOfItsOwn = 'mount -t tmpfs -o size=128m shm /dev/shm && exec "$0" "$@"';
const alone = [
  ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", memoryOfItsOwn],
  ...["setpriv", "--reuid", "993", "--regid", "990", "--clear-groups"],
];

export interface MemoryGroup {
  /** Starts a command in it as PID 1 and as the user of environments, so that the group and `/dev/shm` are its own, as in a pod. */
  asInPod: string[];
  /** From now on what it and its future children take counts here. */
  add(pid: number): void;
  /** How often the kernel has killed. */
  kills(): number;
  /** Once the last of its processes has ended. */
  remove(): Promise<void>;
}

/**
 * Claims that need such a group. Where this machine lets nobody make one, one claim stands for them: it says so by its name, names
 * what stands in, and tries once more by itself.
 */
export function claimsInGroup(limitMb: number, standsIn: string, make: (group: MemoryGroup) => void): void {
  const group = makeMemoryGroup(limitMb);
  if (group !== undefined) {
    make(group);
    return;
  }
  claim(`no control group can be made here: instead of its claims, ${standsIn} holds`, async () => {
    for (const generation of generations) expect(() => tryGroup(generation)).toThrow();
  });
}

function tryGroup({ root, limit }: { root: string; limit: string }): void {
  const folder = join(root, `kambda-tried-${process.pid}`);
  mkdirSync(folder);
  try {
    readFileSync(join(folder, limit));
  } finally {
    rmdirSync(folder);
  }
}

/** Undefined where this machine lets nobody make one. */
function makeMemoryGroup(limitMb: number): MemoryGroup | undefined {
  for (const { root, limit, count } of generations) {
    const folder = join(root, `kambda-conformance-${process.pid}`);
    if (process.getuid?.() !== 0 || !isWritable(root)) continue;
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, limit))) {
      // A group without the memory controller: the other generation has it.
      rmdirSync(folder);
      continue;
    }
    writeFileSync(join(folder, limit), String(limitMb * 1024 * 1024));
    return {
      asInPod: ["sh", "-c", enter, folder, ...alone],
      add: (pid) => writeFileSync(join(folder, "cgroup.procs"), String(pid)),
      kills: () => readOomKills(readFileSync(join(folder, count), "utf8")),
      remove: async () => void (await waitFor("the group to be empty", () => isRemoved(folder))),
    };
  }
  return undefined;
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EBUSY") return false;
    throw cause;
  }
}

/** A cgroup file system, and not mounted read-only, as containers mostly have it. */
function isWritable(root: string): boolean {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return mounts.some((line) => {
    const [, path, type = "", options = ""] = line.split(" ");
    return path === root && type.startsWith("cgroup") && options.split(",").includes("rw");
  });
}
