/** What the NetworkPolicy enforcer of every node may read. */
import type { KubeObject } from "../api.ts";

export const netpolUser = "kambda:netpol";

export const netpolObjects: KubeObject[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: netpolUser },
    rules: [
      { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["list", "watch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "watch"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: netpolUser },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: netpolUser },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: netpolUser }],
  },
];
