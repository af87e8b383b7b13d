/** A cluster that is there already, by its context in the kubeconfig. Its images come from a registry it can reach. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { clusterPaths } from "../embedded/paths.ts";
import { attempt, run } from "../embedded/run.ts";
import { unpackTools } from "../embedded/tools.ts";
import { type Cluster, ClusterError, type ClusterRequest, type Provider, type Report } from "../provider.ts";

export function createContextProvider(context: string): Provider {
  return {
    up: (request, report) => useContext(context, request, report),
    // The cluster is its owner's: nothing of it is taken down.
    down: async (name) => rmSync(clusterPaths(name).root, { recursive: true, force: true }),
    loadImages: async (_name, archives) => refuseArchives(archives),
  };
}

async function useContext(
  context: string,
  { name, archives }: ClusterRequest,
  report: Report,
): Promise<Cluster> {
  report({ step: `using the context ${context}` });
  refuseArchives(archives);
  const toolsPath = await unpackTools(report);
  const kubectl = `${toolsPath}/kubectl`;
  const known = await attempt([kubectl, "config", "view", "--minify", "--flatten", "--context", context]);
  if (known.code !== 0) {
    const contexts = (await attempt([kubectl, "config", "get-contexts", "--output", "name"])).output.trim();
    const named = contexts === "" ? "it has none" : `it has ${contexts.split("\n").join(", ")}`;
    throw new ClusterError(
      `the kubeconfig has no context "${context}" (${named}): name one of them, or set KUBECONFIG`,
    );
  }
  const { kubeconfig } = clusterPaths(name);
  mkdirSync(dirname(kubeconfig), { recursive: true });
  writeFileSync(kubeconfig, known.output, { mode: 0o600 });
  await run([kubectl, "--kubeconfig", kubeconfig, "version", "--request-timeout=10s"]);
  return { kubeconfigPath: kubeconfig, toolsPath, routed: false };
}

function refuseArchives(archives: readonly string[]): void {
  if (archives.length === 0) return;
  throw new ClusterError(
    "images cannot be loaded into a cluster named by --context: push them to a registry it can reach, and name that in the chart's values",
  );
}
