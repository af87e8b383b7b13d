/** Lays out a node's folder (certificates, configuration) and launches it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { netpolUser } from "../addons/netpol.ts";
import { volumesUser } from "../addons/storage.ts";
import { nodeAddresses } from "../addresses.ts";
import type { HostBinaries } from "../build.ts";
import { joinCgroup, makeCgroup } from "../cgroup.ts";
import { writeKubeconfig } from "../credentials.ts";
import { cloneStore } from "../images/store.ts";
import { launchNode } from "../launch.ts";
import type { ClusterPaths } from "../paths.ts";
import type { Authority, Holder } from "../pki.ts";
import type { NodeState } from "../state.ts";
import { configFiles } from "./config.ts";
import { type NodePlan, nodePlan } from "./plan.ts";
import { snapshotterFor } from "./snapshotter.ts";

export interface NodeRequest {
  readonly cluster: string;
  readonly index: number;
  readonly subnet: number;
  readonly device: string;
  readonly paths: ClusterPaths;
  readonly binaries: HostBinaries;
  readonly authority: Authority;
  /** Numbers of the nodes that are there already. */
  readonly peers: readonly number[];
  readonly plug: (pid: number) => Promise<void>;
}

export async function createNode(request: NodeRequest): Promise<NodeState> {
  const { cluster, index, subnet, device, paths, binaries, peers, plug } = request;
  const name = nodeName(cluster, index);
  const folder = join(paths.nodes, name);
  const logs = join(paths.logs, name);
  for (const made of ["containerd", "kubelet", "pod-logs"])
    mkdirSync(join(folder, made), { recursive: true });
  mkdirSync(logs, { recursive: true });

  const cgroup = `${device}/${index}`;
  makeCgroup(cgroup);
  const snapshotter = snapshotterFor(folder);
  await cloneStore(join(folder, "containerd"));
  await writeConfig(join(folder, "config"), name, request, {
    ...configFiles({ name, index, subnet, cgroup: `/${cgroup}`, snapshotter }),
  });
  const plan: NodePlan = nodePlan(name, {
    index,
    subnet,
    peers,
    folders: {
      binaries: binaries.folder,
      logs,
      node: folder,
      volumes: paths.volumes,
      ...(index === 1 ? { pki: paths.pki } : {}),
    },
  });
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan, null, 2));
  const process = await launchNode({
    plan,
    machine: join(binaries.folder, "machine"),
    logs,
    folder,
    plug: (pid) => {
      joinCgroup(cgroup, pid);
      return plug(pid);
    },
  });
  return { name, index, process };
}

export function nodeName(cluster: string, index: number): string {
  return `${cluster}-${index}`;
}

async function writeConfig(
  folder: string,
  name: string,
  { index, subnet, authority }: NodeRequest,
  files: Record<string, string>,
): Promise<void> {
  const { address } = nodeAddresses(subnet, index);
  const server = `https://${nodeAddresses(subnet, 1).address}:6443`;
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  writeFileSync(join(folder, "ca.crt"), authority.certificate);
  const holders: Record<string, Holder> = {
    kubelet: { user: `system:node:${name}`, group: "system:nodes", serves: [name, address] },
    "kube-proxy": { user: "system:kube-proxy" },
    netpol: { user: netpolUser },
    ...(index === 1
      ? {
          "kube-controller-manager": { user: "system:kube-controller-manager" },
          "kube-scheduler": { user: "system:kube-scheduler" },
          volumes: { user: volumesUser },
        }
      : {}),
  };
  for (const [program, holder] of Object.entries(holders)) {
    const pair = await authority.issue(holder);
    writeKubeconfig(join(folder, `${program}.kubeconfig`), { name, server, authority }, pair);
    if (program !== "kubelet") continue;
    writeFileSync(join(folder, "kubelet.crt"), pair.certificate);
    writeFileSync(join(folder, "kubelet.key"), pair.key, { mode: 0o600 });
  }
}
