/** Adds nodes until there are as many as wanted, and tells all of them where each one's pods are. */

import { clusterAddresses } from "../addresses.ts";
import type { HostBinaries } from "../build.ts";
import { plugHost, plugNode, routePods } from "../link.ts";
import type { ClusterPaths } from "../paths.ts";
import type { Authority } from "../pki.ts";
import { isAlive } from "../process.ts";
import { type ClusterState, writeState } from "../state.ts";
import { createNode } from "./create.ts";

export interface Growth {
  readonly state: ClusterState;
  readonly paths: ClusterPaths;
  readonly binaries: HostBinaries;
  readonly authority: Authority;
  readonly nodes: number;
}

/** Nodes that were lost stay lost: their numbers are not used again. Returns the state as written down. */
export async function growNodes({ state, paths, binaries, authority, nodes }: Growth): Promise<ClusterState> {
  const { name: cluster, subnet } = state;
  let grown = state;
  for (let index = state.nodes.length + 1; index <= nodes; index++) {
    const hub = grown.nodes[0];
    const plug = (pid: number) =>
      hub ? plugNode(index, pid, hub.process.pid) : plugHost(clusterAddresses(subnet), pid);
    const node = await createNode({ cluster, index, subnet, paths, binaries, authority, plug });
    for (const other of grown.nodes.filter((candidate) => isAlive(candidate.process))) {
      await routePods(subnet, other.process, { index });
      await routePods(subnet, node.process, other);
    }
    grown = { ...grown, nodes: [...grown.nodes, node] };
    writeState(paths, grown);
  }
  return grown;
}
