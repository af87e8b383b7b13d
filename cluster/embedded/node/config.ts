/** The configuration files of a node's processes, by file name. JSON is YAML, so Kubernetes reads it. */
import { clusterAddresses, nodeAddresses } from "../addresses.ts";
import { containerdConfig } from "./containerd.ts";
import { layout } from "./layout.ts";
import type { Snapshotter } from "./snapshotter.ts";

export interface ConfigRequest {
  readonly name: string;
  readonly index: number;
  readonly subnet: number;
  readonly cgroup: string;
  readonly snapshotter: Snapshotter;
}

export function configFiles(request: ConfigRequest): Record<string, string> {
  return {
    "kubelet.json": JSON.stringify(kubelet(request), null, 2),
    "kube-proxy.json": JSON.stringify(proxy(request), null, 2),
    "containerd.toml": containerdConfig({ snapshotter: request.snapshotter, pods: true }),
    "cni/10-kambda.conflist": JSON.stringify(cni(request), null, 2),
    "resolv.conf": "# No names but the cluster's own.\n",
  };
}

function kubelet({ index, subnet, cgroup }: ConfigRequest) {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: nodeAddresses(subnet, index).address,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${layout.config}/ca.crt` },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: `${layout.config}/kubelet.crt`,
    tlsPrivateKeyFile: `${layout.config}/kubelet.key`,
    containerRuntimeEndpoint: `unix://${layout.containerdSocket}`,
    clusterDNS: [clusterAddresses(subnet).dnsService],
    clusterDomain: "cluster.local",
    resolvConf: `${layout.config}/resolv.conf`,
    podLogsDir: layout.podLogs,
    volumePluginDir: `${layout.kubelet}/volume-plugins`,
    // The machine's own layout, which may be an older kernel's or one with swap.
    cgroupRoot: cgroup,
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    makeIPTablesUtilChains: false,
    // Pods as fast and as many as two cores give.
    maxPods: 500,
    serializeImagePulls: false,
    kubeAPIQPS: 500,
    kubeAPIBurst: 1000,
    eventRecordQPS: 0,
    registryPullQPS: 0,
    // Lost nodes are noticed by this lease.
    nodeLeaseDurationSeconds: 20,
    // The disk is the person's, and images come from no registry: never evict for space, never collect.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "nodefs.inodesFree": "1%",
      "imagefs.available": "1%",
    },
    enableServer: true,
    shutdownGracePeriod: "0s",
  };
}

function proxy({ name, index, subnet }: ConfigRequest) {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clientConnection: { kubeconfig: `${layout.config}/kube-proxy.kubeconfig`, qps: 50, burst: 100 },
    hostnameOverride: name,
    mode: "nftables",
    nftables: { minSyncPeriod: "100ms", syncPeriod: "5m" },
    detectLocalMode: "ClusterCIDR",
    clusterCIDR: clusterAddresses(subnet).podRange,
    bindAddress: nodeAddresses(subnet, index).address,
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    oomScoreAdj: 0,
    // Connection tracking's limits belong to the machine: leave them alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}

/** Pods are routed one by one (no bridge), so that every packet between two of them passes the enforcer's hook. */
function cni({ index, subnet }: ConfigRequest) {
  return {
    cniVersion: "1.0.0",
    name: "kambda",
    plugins: [
      {
        type: "ptp",
        ipMasq: false,
        ipam: {
          type: "host-local",
          dataDir: `${layout.cniResults}/networks`,
          ranges: [[{ subnet: nodeAddresses(subnet, index).podRange }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  };
}
