/** Adds nodes until there are as many as wanted, and tells all of them where each one's pods are. */
import type { HostBinaries } from "../build.ts";
import { ip, plugHost, plugNode } from "../link.ts";
import type { ClusterPaths } from "../paths.ts";
import type { Authority } from "../pki.ts";
import { isAlive } from "../process.ts";
import { type ClusterState, writeState } from "../state.ts";
import { createNode } from "./create.ts";
import { podRoute } from "./setup.ts";

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
    const present = grown.nodes.filter((node) => isAlive(node.process));
    const node = await createNode({
      cluster,
      index,
      subnet,
      device: state.device,
      paths,
      binaries,
      authority,
      peers: present.map((peer) => peer.index),
      plug: async (pid) => {
        const [hub] = present;
        await (hub ? plugNode(index, pid, hub.process.pid) : plugHost(state, pid));
        for (const peer of present)
          await ip(peer.process.pid, ["route", "replace", ...podRoute(subnet, index)]);
      },
    });
    grown = { ...grown, nodes: [...grown.nodes, node] };
    writeState(paths, grown);
  }
  return grown;
}
