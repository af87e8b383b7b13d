import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { clusterAddresses, nodeAddresses, nodesMax, subnetFirst } from "./addresses.ts";

const numbers = Array.from({ length: nodesMax }, (_, index) => index + 1);

function bounds(range: string): [number, number] {
  const [address, bits] = ipaddr.IPv4.parseCIDR(range);
  const first = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  return [first, first + 2 ** (32 - bits) - 1];
}

describe("the address plan", () => {
  test("gives no two nodes, nor nodes and Services, a common address", () => {
    const { serviceRange, subnet } = clusterAddresses(subnetFirst);
    const ranges = [
      serviceRange,
      `10.${subnet}.0.0/24`,
      ...numbers.map((index) => nodeAddresses(subnet, index).podRange),
    ].map(bounds);
    for (const [place, [first, last]] of ranges.entries()) {
      for (const [otherFirst, otherLast] of ranges.slice(place + 1)) {
        expect(last < otherFirst || otherLast < first).toBe(true);
      }
    }
  });

  test("keeps all pods in the range that counts as the cluster's, and no Service in it", () => {
    const { podRange, serviceRange, apiService, dnsService, subnet } = clusterAddresses(subnetFirst);
    const [first, last] = bounds(podRange);
    for (const index of numbers) {
      const [podsFirst, podsLast] = bounds(nodeAddresses(subnet, index).podRange);
      expect(podsFirst >= first && podsLast <= last).toBe(true);
    }
    expect(bounds(serviceRange)[0]).toBeGreaterThan(last);
    for (const service of [apiService, dnsService]) {
      expect(ipaddr.IPv4.parse(service).match(ipaddr.IPv4.parseCIDR(serviceRange))).toBe(true);
    }
  });

  test("gives two clusters nothing in common", () => {
    expect(clusterAddresses(100).clusterRange).not.toBe(clusterAddresses(101).clusterRange);
  });
});
