/** The cluster's only touch of the host's network: one veth pair, its address and a route. */

import { ClusterError } from "../provider.ts";
import { type Addresses, clusterAddresses, nodeAddresses, subnetFirst, subnetLast } from "./addresses.ts";
import { attempt, run } from "./run.ts";

const devicePattern = /\bkambda\d+\b/g;

/**
 * Takes the first address range that nothing on this machine uses. Making the device is what takes it: the
 * kernel refuses a second of that name, so two clusters that start together get different ranges.
 */
export async function takeSubnet(): Promise<Addresses> {
  const routes = await run(["ip", "-4", "route", "show", "table", "all"]);
  for (let subnet = subnetFirst; subnet <= subnetLast; subnet++) {
    if (routes.includes(` 10.${subnet}.`) || routes.includes(`\n10.${subnet}.`)) continue;
    const addresses = clusterAddresses(subnet);
    const { hostDevice } = addresses;
    const made = await attempt([
      "ip",
      "link",
      "add",
      hostDevice,
      "type",
      "veth",
      "peer",
      "name",
      `${hostDevice}p`,
    ]);
    if (made.code === 0) return addresses;
    if (!made.errors.includes("File exists"))
      throw new ClusterError(`making a veth pair: ${made.errors.trim()}`);
  }
  throw new ClusterError(
    `no free address range: 10.${subnetFirst}.0.0/16 to 10.${subnetLast}.0.0/16 are all in use here`,
  );
}

/** Hands the pair's other end to the first node, and gives the host its address and route. */
export async function plugHost(addresses: Addresses, nodePid: number): Promise<void> {
  const { hostDevice, host, subnet, clusterRange } = addresses;
  await run(["ip", "link", "set", `${hostDevice}p`, "netns", String(nodePid), "name", "host"]);
  await run(["ip", "address", "add", `${host}/24`, "dev", hostDevice]);
  await run(["ip", "link", "set", hostDevice, "up"]);
  await run([
    "ip",
    "route",
    "add",
    clusterRange,
    "via",
    nodeAddresses(subnet, 1).address,
    "dev",
    hostDevice,
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
  await run(["nsenter", "--target", String(pid), "--net", "ip", ...words]);
}

export async function unplugHost(subnet: number): Promise<void> {
  const { hostDevice } = clusterAddresses(subnet);
  const { code, errors } = await attempt(["ip", "link", "delete", hostDevice]);
  // The kernel removes the pair itself when the other end's namespace goes; whoever is first.
  if (code !== 0 && !errors.includes("Cannot find device")) {
    throw new ClusterError(`removing the device ${hostDevice}: ${errors.trim()}`);
  }
}

/** Devices of all embedded clusters on this machine, other checkouts' included. */
export async function clusterDevices(): Promise<string[]> {
  const links = await run(["ip", "-o", "link", "show", "type", "veth"]);
  return [...new Set(links.match(devicePattern) ?? [])];
}
