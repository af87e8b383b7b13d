/**
 * Where things lie inside a node's own mount namespace. `/run` is private to it, and short: unix sockets allow
 * 108 characters, checkouts may lie deeper.
 */
export const layout = {
  root: "/run/kambda",
  binaries: "/run/kambda/bin",
  /** The cluster's certificates and keys; only on the node with the control plane. */
  pki: "/run/kambda/pki",
  logs: "/run/kambda/logs",
  node: "/run/kambda/node",
  ready: "/run/kambda/node/ready",
  config: "/run/kambda/node/config",
  kubelet: "/run/kambda/node/kubelet",
  containerd: "/run/kambda/node/containerd",
  etcd: "/run/kambda/node/etcd",
  podLogs: "/run/kambda/node/pod-logs",
  cniConfig: "/run/kambda/node/config/cni",
  containerdSocket: "/run/containerd/containerd.sock",
  /** Fixed in containerd's CNI library: results of every ADD. */
  cniResults: "/var/lib/cni",
  cniPrograms: "/usr/lib/cni",
  /** The same folder of the host on every node. */
  volumes: "/run/kambda/volumes",
} as const;
