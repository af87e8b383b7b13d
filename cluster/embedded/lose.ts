/** Takes a node down as a power cut would: at once, with everything that runs on it. For tests of what follows. */
import { ClusterError } from "../provider.ts";
import { clusterPaths } from "./paths.ts";
import { end } from "./process.ts";
import { readState } from "./state.ts";

export async function loseNode(name: string, nodeName: string): Promise<void> {
  const nodes = readState(clusterPaths(name))?.nodes ?? [];
  const lost = nodes.find((node) => node.name === nodeName);
  if (lost === undefined) {
    const known = nodes.map((node) => node.name).join(", ") || "none";
    throw new ClusterError(`cluster ${name} has no node ${nodeName} (it has ${known})`);
  }
  await end(lost.process);
}
