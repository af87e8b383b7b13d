/** A cluster that is there already, by its context in the kubeconfig. It is its owner's: nothing of it is made or taken down. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { run } from "../../program/run.ts";
import { clusterPaths } from "../embedded/paths.ts";
import { unpackTools } from "../embedded/tools.ts";
import type { Cluster, ClusterRequest, Provider, Report } from "../provider.ts";
import { readContext } from "./kubeconfig.ts";
import { loaderOf, noWayForImages } from "./loader.ts";

/** `registry`: where images are pushed for it, so that none need be loaded. */
export function createContextProvider(context: string, registry: string | undefined): Provider {
  return {
    check: async (report) => {
      await readContext(context, report);
      if (registry === undefined && loaderOf(context) === undefined) throw noWayForImages(context);
    },
    up: (request, report) => useContext(context, request, report),
    down: async (name) => rmSync(clusterPaths(name).root, { recursive: true, force: true }),
    loadImages: (_name, archives, report) => load(context, archives, report),
  };
}

async function useContext(
  context: string,
  { name, archives }: ClusterRequest,
  report: Report,
): Promise<Cluster> {
  report({ step: `using the context ${context}` });
  const known = await readContext(context, report);
  const toolsPath = await unpackTools(report);
  const { kubeconfig } = clusterPaths(name);
  mkdirSync(dirname(kubeconfig), { recursive: true });
  writeFileSync(kubeconfig, known, { mode: 0o600 });
  await run(`${toolsPath}/kubectl`, ["--kubeconfig", kubeconfig, "version", "--request-timeout=10s"]);
  await load(context, archives, report);
  return { kubeconfigPath: kubeconfig, toolsPath, routed: false };
}

async function load(context: string, archives: readonly string[], report: Report): Promise<void> {
  if (archives.length === 0) return;
  const loader = loaderOf(context);
  if (loader === undefined) throw noWayForImages(context);
  await loader(archives, report);
}
