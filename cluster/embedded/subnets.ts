/** Which address range a cluster has: claimed by the name of the device that carries it, so that the kernel keeps the list. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import { ClusterError } from "../provider.ts";
import { subnetFirst, subnetLast } from "./addresses.ts";
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
    throw new ClusterError(
      `no free address range: ${range} are all in use here: end a cluster with npm stop -- --name NAME`,
    );
  });
}

/** Those of all embedded clusters on this machine, other checkouts' included. */
export async function clusterClaims(): Promise<Claim[]> {
  const listed = await run("ip", ["-o", "link", "show", "type", "veth"]);
  return [...listed.stdout.matchAll(devicePattern)].map(([device, subnet]) => ({
    device,
    subnet: Number(subnet),
  }));
}

/** The pair's end that the first node takes. */
export function peerOf(device: string): string {
  return `p${device.slice(1)}`;
}
