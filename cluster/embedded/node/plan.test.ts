import { describe, expect, test } from "vitest";
import { nodePlan } from "./plan.ts";

const folders = {
  binaries: "/cache/host",
  logs: "/state/logs",
  node: "/state/node",
  volumes: "/state/volumes",
};
const aPlan = (index: number, peers: number[] = []) =>
  nodePlan(`c-${index}`, {
    index,
    subnet: 100,
    peers,
    folders: index === 1 ? { ...folders, pki: "/state/pki" } : folders,
  });
const names = (index: number) => aPlan(index).processes.map((process) => process.name);

describe("a node's plan", () => {
  test("carries the control plane on the first node only", () => {
    expect(names(1)).toContain("kube-apiserver");
    expect(names(2)).toEqual(["containerd", "kubelet", "kube-proxy", "netpol"]);
  });

  test("shows the cluster's keys to the first node only", () => {
    expect(JSON.stringify(aPlan(1))).toContain("/state/pki");
    expect(JSON.stringify(aPlan(2))).not.toContain("pki");
  });

  test("routes to the pods of every node that is there already", () => {
    const routes = aPlan(3, [1, 2]).setup.filter(
      (command) => command[1] === "route" && command.includes("via"),
    );
    expect(routes).toEqual([
      ["ip", "route", "add", "10.100.4.0/22", "via", "10.100.0.11"],
      ["ip", "route", "add", "10.100.8.0/22", "via", "10.100.0.12"],
    ]);
  });

  test("has no way out of the cluster", () => {
    expect(aPlan(1).setup.flat()).not.toContain("default");
  });
});
