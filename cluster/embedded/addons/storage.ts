/** The default StorageClass: folders of the cluster's state, made by the controller manager and shared by all nodes. */
import type { KubeObject } from "../api.ts";

export const storageObjects: KubeObject[] = [
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "kubernetes.io/host-path",
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
  },
];
