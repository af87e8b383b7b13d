/** Clusters on this machine that take images without a registry, told by their context's name. */
import { loadImages as loadEmbedded } from "../embedded/images/load.ts";
import { clusterPaths, isClusterName } from "../embedded/paths.ts";
import { readState } from "../embedded/state.ts";
import { loadImages as loadKind } from "../kind/load.ts";
import { ClusterError, type Report } from "../provider.ts";

export type Loader = (archives: readonly string[], report: Report) => Promise<void>;

const kindPrefix = "kind-";

/** Undefined for every other cluster: its nodes pull from a registry. */
export function loaderOf(context: string): Loader | undefined {
  if (context.startsWith(kindPrefix))
    return (archives, report) => loadKind(context.slice(kindPrefix.length), archives, report);
  if (isClusterName(context) && readState(clusterPaths(context)) !== undefined)
    return (archives, report) => loadEmbedded(context, archives, report);
  return undefined;
}

export function noWayForImages(context: string): ClusterError {
  return new ClusterError(
    `images cannot be loaded into the cluster of context "${context}": name a registry to push them to, which its nodes can pull from, with --registry registry.example.com/team`,
  );
}
