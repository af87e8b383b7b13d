/** What is known of an embedded cluster without asking it anything. */
import { type Addresses, clusterAddresses, nodeAddresses } from "./addresses.ts";
import { clusterPaths } from "./paths.ts";
import { isAlive } from "./process.ts";
import { readState } from "./state.ts";

export type ClusterStatus =
  | { readonly state: "absent" }
  | {
      readonly state: "present";
      readonly kubeconfigPath: string;
      readonly addresses: Addresses;
      readonly nodes: readonly NodeStatus[];
    };

export interface NodeStatus {
  readonly name: string;
  readonly address: string;
  /** On the host; ending it is losing the node. */
  readonly pid: number;
  readonly alive: boolean;
}

export function status(name: string): ClusterStatus {
  const paths = clusterPaths(name);
  const state = readState(paths);
  if (state === undefined) return { state: "absent" };
  const nodes = state.nodes.map(({ name: node, index, process }) => ({
    name: node,
    address: nodeAddresses(state.subnet, index).address,
    pid: process.pid,
    alive: isAlive(process),
  }));
  return {
    state: "present",
    kubeconfigPath: paths.kubeconfig,
    addresses: clusterAddresses(state.subnet),
    nodes,
  };
}
