/** A node's own place in the control groups, made before its kubelet asks for it; both layouts, v1 and v2. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./wait.ts";

const removeSeconds = 20;

/** Beside its pods, as systemd has them on other nodes: the programs of a node take a share of its processors, and its pods another. */
const systemGroup = "system";
/**
 * A cluster counts as so many of the machine's other processes where all of them want its processors; the default counts it as one.
 * By version of the hierarchy.
 */
const clusterWeight = { 1: { file: "cpu.shares", value: "8192" }, 2: { file: "cpu.weight", value: "800" } };

interface Hierarchy {
  readonly mount: string;
  readonly version: 1 | 2;
}

/** `path` is relative to each hierarchy's root, as in `kambda100/1`. */
export function makeCgroup(path: string): void {
  const all = hierarchies();
  // Beside version 1, version 2 carries no controllers: Kubernetes then wants only the former.
  const used = all.some(({ version }) => version === 1) ? all.filter(({ version }) => version === 1) : all;
  for (const hierarchy of used) {
    let folder = hierarchy.mount;
    for (const part of path.split("/")) {
      const parent = folder;
      if (hierarchy.version === 2) delegate(parent);
      folder = join(parent, part);
      mkdirSync(folder, { recursive: true });
      if (hierarchy.version === 1) inheritCpuset(parent, folder);
    }
    if (hierarchy.version === 2) delegate(folder);
  }
}

/** Moves a process, and with it all that it starts, to where a node's own programs are; `node` as `makeCgroup` was given it. */
export function joinCgroup(node: string, pid: number): void {
  const [cluster = ""] = node.split("/");
  for (const { mount, version } of hierarchies()) {
    const { file, value } = clusterWeight[version];
    // Of version 1 only processors are shared out so: its memory would leave the bounds of whoever started the cluster.
    if (!existsSync(join(mount, cluster, file))) continue;
    writeFileSync(join(mount, cluster, file), value);
    const folder = join(mount, node, systemGroup);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cgroup.procs"), `${pid}`);
  }
}

/** Removes it with all below it, once the processes in it have gone. */
export async function removeCgroup(path: string): Promise<void> {
  for (const { mount } of hierarchies()) {
    const folder = join(mount, path);
    await until(`control group ${folder} to empty`, removeSeconds, () => removeTree(folder) || undefined);
  }
}

/** True once it is gone. */
function removeTree(folder: string): boolean {
  if (!existsSync(folder)) return true;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !removeTree(join(folder, entry.name))) return false;
    }
    rmdirSync(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return true;
    // Its last processes are still ending.
    if (code === "EBUSY") return false;
    throw error;
  }
}

function hierarchies(): Hierarchy[] {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return mounts.flatMap((line): Hierarchy[] => {
    const [, mount = "", type] = line.split(" ");
    if (!mount.startsWith("/sys/fs/cgroup")) return [];
    if (type === "cgroup") return [{ mount, version: 1 }];
    return type === "cgroup2" ? [{ mount, version: 2 }] : [];
  });
}

/** What the kubelet looks for; others may be in use in ways that forbid handing them on. */
const needed = new Set(["cpu", "cpuset", "hugetlb", "io", "memory", "pids"]);

function delegate(folder: string): void {
  const available = readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(" ");
  const given = available
    .filter((controller) => needed.has(controller))
    .map((controller) => `+${controller}`);
  if (given.length > 0) writeFileSync(join(folder, "cgroup.subtree_control"), given.join(" "));
}

/** A new cpuset is empty, and takes no process until it names processors and memory. */
function inheritCpuset(parent: string, folder: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const inherited = join(parent, file);
    if (existsSync(inherited)) writeFileSync(join(folder, file), readFileSync(inherited));
  }
}
