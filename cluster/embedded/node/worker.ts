/** The processes every node runs: containerd, the kubelet, the Service proxy and the NetworkPolicy enforcer. */
import { clusterAddresses, nodeAddresses } from "../addresses.ts";
import { apiServerReady } from "./controlplane.ts";
import { layout } from "./layout.ts";
import { frugal, type UnloggedProcess } from "./process.ts";

export function worker(node: {
  readonly name: string;
  readonly index: number;
  readonly subnet: number;
}): UnloggedProcess[] {
  const after = node.index === 1 ? apiServerReady : `${clusterAddresses(node.subnet).apiServer}/readyz`;
  return [
    {
      name: "containerd",
      command: ["containerd", "--config", `${layout.config}/containerd.toml`, "--log-level", "warn"],
      environment: frugal,
      after: "",
    },
    {
      name: "kubelet",
      command: [
        `${layout.binaries}/kubelet`,
        `--config=${layout.config}/kubelet.json`,
        `--kubeconfig=${layout.config}/kubelet.kubeconfig`,
        `--hostname-override=${node.name}`,
        // Not to be guessed: the kubelet would look for the device of a default route.
        `--node-ip=${nodeAddresses(node.subnet, node.index).address}`,
        `--root-dir=${layout.kubelet}`,
        // cAdvisor walks every cgroup at each of these.
        "--housekeeping-interval=30s",
        "--v=0",
      ],
      environment: frugal,
      after,
    },
    {
      name: "kube-proxy",
      command: [`${layout.binaries}/kube-proxy`, `--config=${layout.config}/kube-proxy.json`, "--v=0"],
      environment: frugal,
      after,
    },
    {
      name: "netpol",
      command: [
        `${layout.binaries}/netpol`,
        `--kubeconfig=${layout.config}/netpol.kubeconfig`,
        `--cni-results=${layout.cniResults}/results`,
        `--machine=${clusterAddresses(node.subnet).host}`,
      ],
      environment: frugal,
      after,
    },
  ];
}
