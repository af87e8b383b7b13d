/**
 * Compiles the node's programs once and keeps them in the cache under a hash of their source. Cold, with an
 * empty Go cache, this is the longest step there is: all of Kubernetes.
 */
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import type { Report } from "../provider.ts";
import { intoCache } from "./cache.ts";
import { requireGo } from "./go.ts";
import { hashFolder } from "./hash.ts";
import { nodeImageArchive } from "./image.ts";
import { cachePath, hostModulePath } from "./paths.ts";
import { pruneBuilds } from "./prune.ts";

const kubernetesVersion = { git: "v1.35.4", major: "1", minor: "35" };

/** Names by which the one big binary is called; see cluster/host/main.go. */
const componentNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "coredns",
  "netpol",
  "volumes",
];

/** Programs of their own, because they must stay small. */
const smallNames = ["machine", "forward", "pause", "probe"];

export interface HostBinaries {
  /** Changes whenever anything in the folder does. */
  readonly key: string;
  readonly folder: string;
  readonly nodeImageArchive: string;
}

export async function buildHost(report: Report): Promise<HostBinaries> {
  const key = hostKey();
  const folder = hostFolder();
  const built = { key, folder, nodeImageArchive: join(folder, "node-image.tar") };
  if (existsSync(folder)) return built;

  await requireGo();
  const step = "compiling Kubernetes (once; about 8 minutes on 2 cores)";
  report({ step });
  pruneBuilds(cachePath());
  await intoCache(folder, async (unfinished) => {
    await compile(unfinished, (detail) => report({ step, detail }));
    for (const name of componentNames) symlinkSync("host", join(unfinished, name));
    await nodeImageArchive(unfinished, join(unfinished, "node-image.tar"));
  });
  return built;
}

/** Where the programs are, or will be once they are built. */
export function hostFolder(): string {
  return join(cachePath(), `host-${hostKey()}`);
}

function hostKey(): string {
  return hashFolder(hostModulePath, [kubernetesVersion.git, process.arch]);
}

async function compile(folder: string, onPackage: (line: string) => void): Promise<void> {
  const version = "k8s.io/component-base/version";
  const flags = [
    "-s -w",
    `-X ${version}.gitVersion=${kubernetesVersion.git}`,
    `-X ${version}.gitMajor=${kubernetesVersion.major}`,
    `-X ${version}.gitMinor=${kubernetesVersion.minor}`,
  ].join(" ");
  const options = { cwd: hostModulePath, env: { CGO_ENABLED: "0" }, onLine: onPackage };
  const build = ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", flags];
  await run("go", [...build, "-o", join(folder, "host"), "."], options);
  for (const name of smallNames) await run("go", [...build, "-o", join(folder, name), `./${name}`], options);
}
