/** Loads OCI archives into every node of a cluster that lacks them. */
import { ClusterError, type Report } from "../../provider.ts";
import { snapshotterFor } from "../node/snapshotter.ts";
import { clusterPaths } from "../paths.ts";
import { isAlive } from "../process.ts";
import { readState } from "../state.ts";
import { readArchive } from "./archive.ts";
import { importImages } from "./import.ts";

export async function loadImages(name: string, archives: readonly string[], report: Report): Promise<void> {
  const paths = clusterPaths(name);
  const state = readState(paths);
  if (state === undefined) {
    throw new ClusterError(`there is no cluster ${name} to load images into: npm start -- --name ${name}`);
  }
  const images = await Promise.all(archives.map(readArchive));
  const snapshotter = snapshotterFor(paths.root);
  const nodes = state.nodes.filter((node) => isAlive(node.process));
  await Promise.all(
    nodes.map((node) =>
      importImages({ name: node.name, pid: node.process.pid, snapshotter }, images, report),
    ),
  );
}
