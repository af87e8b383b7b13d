/** The cluster's only touch of the host's network: one veth pair, its address and a route. */
import { run } from "../../program/run.ts";
import { ClusterError } from "../provider.ts";
import { clusterAddresses, nodeAddresses } from "./addresses.ts";
import { type Claim, peerOf } from "./subnets.ts";

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
