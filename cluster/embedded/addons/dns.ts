/** CoreDNS, as ordinary pods behind the `kube-dns` Service, so that policies meet it as on any cluster. */
import type { KubeObject } from "../api.ts";
import { nodeImageName } from "../image.ts";
import { layout } from "../node/layout.ts";

const labels = { "k8s-app": "kube-dns" };
const metadata = { name: "coredns", namespace: "kube-system", labels };

/** Names outside the cluster do not exist: it has no way out, and an answer beats a time-out. */
const corefile = `.:53 {
  errors
  health
  ready
  cache 30
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    ttl 30
  }
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;

/** It runs on the first node: that one's loss is the cluster's end anyway, any other's must not take names away. */
export function dnsObjects(dnsService: string, firstNode: string): KubeObject[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "system:coredns" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
      subjects: [{ kind: "ServiceAccount", name: "coredns", namespace: "kube-system" }],
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: corefile } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata, name: "kube-dns" },
      spec: {
        clusterIP: dnsService,
        selector: labels,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
    deployment(firstNode),
  ];
}

const deployment = (firstNode: string): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: "coredns",
        priorityClassName: "system-cluster-critical",
        dnsPolicy: "Default",
        nodeSelector: { "kubernetes.io/hostname": firstNode },
        // Who drains that node must not take names away from the others until it takes pods again.
        tolerations: [{ key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" }],
        containers: [
          {
            name: "coredns",
            image: nodeImageName,
            command: ["/binaries/coredns", "-conf", "/etc/coredns/Corefile"],
            ports: [
              { name: "dns", containerPort: 53, protocol: "UDP" },
              { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
            ],
            env: [{ name: "GOMAXPROCS", value: "2" }],
            resources: { requests: { cpu: "20m", memory: "64Mi" } },
            startupProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1, failureThreshold: 60 },
            livenessProbe: {
              httpGet: { path: "/health", port: 8080 },
              periodSeconds: 30,
              failureThreshold: 5,
            },
            securityContext: {
              runAsUser: 65534,
              runAsNonRoot: true,
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            volumeMounts: [
              { name: "config", mountPath: "/etc/coredns" },
              { name: "binaries", mountPath: "/binaries", readOnly: true },
            ],
          },
        ],
        volumes: [
          { name: "config", configMap: { name: "coredns" } },
          // The node's own binary: an image of it would only be a slower copy.
          { name: "binaries", hostPath: { path: layout.binaries } },
        ],
      },
    },
  },
});
