/** The kinds Kambda reads and writes, as they stand in URLs: one list, so that RBAC can be checked against it. */
import { apiGroup, apiVersionName } from "../../crds/fields/metadata.ts";
import type { Resource } from "./port.ts";

const core = (plural: string, kind: string): Resource => ({ group: "", version: "v1", plural, kind });
const ours = (plural: string, kind: string): Resource => ({
  group: apiGroup,
  version: apiVersionName,
  plural,
  kind,
});

export const resources = {
  functions: ours("functions", "Function"),
  versions: ours("versions", "Version"),
  aliases: ours("aliases", "Alias"),
  eventSourceMappings: ours("eventsourcemappings", "EventSourceMapping"),
  layerVersions: ours("layerversions", "LayerVersion"),
  revisions: ours("revisions", "Revision"),
  pods: core("pods", "Pod"),
  configMaps: core("configmaps", "ConfigMap"),
  secrets: core("secrets", "Secret"),
  serviceAccounts: core("serviceaccounts", "ServiceAccount"),
  persistentVolumeClaims: core("persistentvolumeclaims", "PersistentVolumeClaim"),
  namespaces: core("namespaces", "Namespace"),
  nodes: core("nodes", "Node"),
  services: core("services", "Service"),
  // In the older form: kubectl sorts by its lastTimestamp, which the newer one may not have.
  events: core("events", "Event"),
  leases: { group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease" },
} as const satisfies Record<string, Resource>;

/** `v1`, or `group/version`: what an object's `apiVersion` says. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}
