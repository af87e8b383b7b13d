/** Removes every trace of an embedded cluster: processes, device, control groups, files. */
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../provider.ts";
import { removeCgroup } from "./cgroup.ts";
import { endLaunched } from "./launch.ts";
import { unplugHost } from "./link.ts";
import { layout } from "./node/layout.ts";
import { type ClusterPaths, clusterPaths } from "./paths.ts";
import { end } from "./process.ts";
import { readState } from "./state.ts";
import { clusterClaims } from "./subnets.ts";

/** Also right for what a restarted machine or an `up` cut short has left. */
export async function down(name: string, report: Report): Promise<void> {
  const paths = clusterPaths(name);
  const state = readState(paths);
  if (state) {
    report({ step: `stopping cluster ${name}` });
    for (const forward of state.forwards) await end(forward.process);
    for (const node of state.nodes.toReversed()) await end(node.process);
    for (const folder of nodeFolders(paths)) await endLaunched(folder);
    await unplugHost(state.device);
    await removeCgroup(state.device);
  }
  rmSync(paths.root, { recursive: true, force: true });
  if ((await clusterClaims()).length === 0) removeEmpty(layout.cniResults);
}

/** Their own records are asked as well, for the cluster's may lack a node whose start was cut short. */
function nodeFolders({ nodes }: ClusterPaths): string[] {
  if (!existsSync(nodes)) return [];
  return readdirSync(nodes).map((name) => join(nodes, name));
}

/** Another program's files in it are none of ours. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTEMPTY") throw error;
  }
}
