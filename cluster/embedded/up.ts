/** Brings the embedded cluster up, or finds it up. Returns when pods run and find each other by name. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Cluster, ClusterError, type ClusterRequest, type Report } from "../provider.ts";
import { dnsObjects } from "./addons/dns.ts";
import { netpolObjects } from "./addons/netpol.ts";
import { storageObjects } from "./addons/storage.ts";
import { type Addresses, clusterAddresses, nodesMax } from "./addresses.ts";
import { type Api, openApi } from "./api.ts";
import { buildHost, type HostBinaries } from "./build.ts";
import { writeControlKeys } from "./controlkeys.ts";
import { down } from "./down.ts";
import { hashFolder } from "./hash.ts";
import { loadImages } from "./images/load.ts";
import { fillStore } from "./images/store.ts";
import { nodeName } from "./node/create.ts";
import { growNodes } from "./node/grow.ts";
import { layout } from "./node/layout.ts";
import { type ClusterPaths, clusterPaths } from "./paths.ts";
import { openAuthority } from "./pki.ts";
import { preflight } from "./preflight.ts";
import { isAlive } from "./process.ts";
import { apiReady, dnsReady, nodesReady } from "./ready.ts";
import { type ClusterState, readState, writeState } from "./state.ts";
import { claimSubnet } from "./subnets.ts";
import { unpackTools } from "./tools.ts";

/** `now` is what its certificates are valid from. */
export async function up(request: ClusterRequest, now: Date, report: Report): Promise<Cluster> {
  const { name, nodes, archives } = request;
  if (nodes < 1 || nodes > nodesMax) throw new ClusterError(`nodes: ${nodes} is not from 1 to ${nodesMax}`);
  const paths = clusterPaths(name);
  await preflight(report);
  const toolsPath = await unpackTools(report);
  const binaries = await buildHost(report);
  const madeFrom = `${binaries.key}-${hashFolder(join(import.meta.dirname, "node"))}`;

  let state = readState(paths);
  if (state && !isRunning(state, madeFrom)) {
    report({ step: "removing what is left of an earlier cluster" });
    await down(name, report);
    state = undefined;
  }
  state ??= await lay(paths, name, madeFrom, now);
  await start({ state, paths, binaries, nodes, archives, now }, report);
  return { kubeconfigPath: paths.kubeconfig, toolsPath, routed: true };
}

function isRunning(state: ClusterState, madeFrom: string): boolean {
  const [hub] = state.nodes;
  return state.madeFrom === madeFrom && hub !== undefined && isAlive(hub.process);
}

/** Everything before the first process: the address range, the folders, the keys. */
async function lay(paths: ClusterPaths, name: string, madeFrom: string, now: Date): Promise<ClusterState> {
  for (const folder of [paths.root, paths.logs, paths.volumes]) mkdirSync(folder, { recursive: true });
  // A mount point for what is fixed in another's program; empty, and removed with the last cluster.
  mkdirSync(layout.cniResults, { recursive: true });
  const claim = await claimSubnet();
  const state: ClusterState = { name, madeFrom, ...claim, nodes: [], forwards: [] };
  // From here on `down` finds what there is to remove, whatever fails.
  writeState(paths, state);
  await writeControlKeys(name, paths, clusterAddresses(claim.subnet), await openAuthority(paths.pki, now));
  return state;
}

interface Start {
  readonly state: ClusterState;
  readonly paths: ClusterPaths;
  readonly binaries: HostBinaries;
  readonly nodes: number;
  readonly archives: readonly string[];
  readonly now: Date;
}

async function start({ state, paths, binaries, nodes, archives, now }: Start, report: Report): Promise<void> {
  const { name, subnet } = state;
  const addresses = clusterAddresses(subnet);
  const authority = await openAuthority(paths.pki, now);
  const all = [binaries.nodeImageArchive, ...archives];
  // A cluster that is up takes new images directly; the store is for nodes to come.
  if (state.nodes.length < nodes) await fillStore(all, binaries, report);
  report({ step: "starting the control plane" });
  const grown = await growNodes({ state, paths, binaries, authority, nodes });
  const api = openApi(
    addresses.apiServer,
    authority,
    await authority.issue({ user: "kubernetes-admin", group: "system:masters" }),
  );
  try {
    // New nodes have the images from the store; this is for those that were up.
    await Promise.all([
      loadImages(name, all, report),
      apiReady(api).then(() => applyAddons(api, addresses, nodeName(name, 1))),
    ]);
    report({ step: "waiting for nodes and DNS" });
    await nodesReady(
      api,
      grown.nodes.filter((node) => isAlive(node.process)).map((node) => node.name),
    );
    await dnsReady(api);
  } finally {
    api.close();
  }
}

async function applyAddons(api: Api, { dnsService }: Addresses, firstNode: string): Promise<void> {
  for (const object of [...netpolObjects, ...storageObjects, ...dnsObjects(dnsService, firstNode)])
    await api.apply(object);
}
