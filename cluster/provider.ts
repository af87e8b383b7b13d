/**
 * What `npm start` and the tests need of a cluster, whatever makes it: the embedded one, kind, or one that is
 * there already. A provider never installs anything of Kambda itself.
 */

/** Told as work goes on: the step in hand, and in long steps what is being worked at. */
export type Report = (event: { readonly step: string; readonly detail?: string }) => void;

export interface ClusterRequest {
  readonly name: string;
  readonly nodes: number;
  /** Container images as OCI archives (`oci-archive:` of buildah, podman and skopeo). */
  readonly archives: readonly string[];
}

export interface Cluster {
  readonly kubeconfigPath: string;
  /** A folder holding the pinned kubectl and helm. */
  readonly toolsPath: string;
  /** Whether pod and Service addresses can be reached from this machine directly. */
  readonly routed: boolean;
}

export interface Provider {
  /** Throws, with what mends it, when this machine or what was asked for cannot give a cluster: before anything is built. */
  check(report: Report): Promise<void>;
  /** Brings the cluster up, or finds it up; either way it is ready for pods when this returns. */
  up(request: ClusterRequest, report: Report): Promise<Cluster>;
  /** Removes every trace of the cluster. Does nothing when there is none. */
  down(name: string, report: Report): Promise<void>;
  loadImages(name: string, archives: readonly string[], report: Report): Promise<void>;
}

/** Something a person has to mend before a cluster can be had; the message says how. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}
