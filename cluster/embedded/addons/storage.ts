/** The default StorageClass: folders of the cluster's state, shared by all nodes. `cluster/host/volumes` makes them. */
import type { KubeObject } from "../api.ts";

export const volumesUser = "kambda:volumes";

export const storageObjects: KubeObject[] = [
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "kambda.dev/folders",
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: volumesUser },
    rules: [
      { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["list", "watch"] },
      { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["list", "watch", "create", "delete"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: volumesUser },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: volumesUser },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: volumesUser }],
  },
];
