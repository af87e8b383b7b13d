/** The cluster's only touch of the host's network: one veth pair, its address and a route. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import { ClusterError } from "../provider.ts";
import { clusterAddresses, nodeAddresses, subnetFirst, subnetLast } from "./addresses.ts";
import { withLock } from "./lock.ts";
import { cachePath } from "./paths.ts";

/** Within the 15 characters Linux allows; here as `ip` lists it, before the peer's number. */
const devicePattern = /\bkambda(\d+)(?:-[0-9a-f]{4})?(?=@|:)/g;

export interface Claim {
  readonly subnet: number;
  readonly device: string;
}

/**
 * Takes the first address range that nothing on this machine uses, by making the device that will carry it. The
 * device's name is never used again: a range that has just become free may be taken while its last owner is still
 * being removed, and must not be removed with it.
 */
export async function claimSubnet(): Promise<Claim> {
  return withLock(join(cachePath(), "subnets.lock"), async () => {
    const routes = await run("ip", ["-4", "route", "show", "table", "all"]);
    const claimed = new Set((await clusterClaims()).map((claim) => claim.subnet));
    for (let subnet = subnetFirst; subnet <= subnetLast; subnet++) {
      if (claimed.has(subnet) || new RegExp(`\\b10\\.${subnet}\\.`).test(routes.stdout)) continue;
      const device = `kambda${subnet}-${randomBytes(2).toString("hex")}`;
      await run("ip", ["link", "add", device, "type", "veth", "peer", "name", peerOf(device)]);
      return { subnet, device };
    }
    const range = `10.${subnetFirst}.0.0/16 to 10.${subnetLast}.0.0/16`;
    throw new ClusterError(`no free address range: ${range} are all in use here`);
  });
}

/** Hands the pair's other end to the first node, and gives the host its address and route. */
export async function plugHost({ subnet, device }: Claim, nodePid: number): Promise<void> {
  const { host, clusterRange } = clusterAddresses(subnet);
  await run("ip", ["link", "set", peerOf(device), "netns", String(nodePid), "name", "host"]);
  await run("ip", ["address", "add", `${host}/24`, "dev", device]);
  await run("ip", ["link", "set", device, "up"]);
  await run("ip", [
    "route",
    "add",
    clusterRange,
    "via",
    nodeAddresses(subnet, 1).address,
    "dev",
    device,
    "onlink",
  ]);
}

/** Joins a further node to the bridge of the first. */
export async function plugNode(index: number, nodePid: number, hubPid: number): Promise<void> {
  const port = `node${index}`;
  await ip(hubPid, ["link", "add", port, "type", "veth", "peer", "name", "nodes", "netns", String(nodePid)]);
  await ip(hubPid, ["link", "set", port, "master", "nodes", "up"]);
}

/** Runs `ip` in the network of a process. */
export async function ip(pid: number, words: readonly string[]): Promise<void> {
  await run("nsenter", ["--target", String(pid), "--net", "ip", ...words]);
}

export async function unplugHost(device: string): Promise<void> {
  const { code, stderr } = await run("ip", ["link", "delete", device], { allowed: "any" });
  // The kernel removes the pair itself when the other end's namespace goes; whoever is first.
  if (code !== 0 && !stderr.includes("Cannot find device")) {
    throw new ClusterError(`removing the device ${device}: ${stderr.trim()}`);
  }
}

/** Those of all embedded clusters on this machine, other checkouts' included. */
export async function clusterClaims(): Promise<Claim[]> {
  const listed = await run("ip", ["-o", "link", "show", "type", "veth"]);
  return [...listed.stdout.matchAll(devicePattern)].map(([device, subnet]) => ({
    device,
    subnet: Number(subnet),
  }));
}

function peerOf(device: string): string {
  return `p${device.slice(1)}`;
}
