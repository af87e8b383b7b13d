/** An environment's pod as the watch shows it, reduced to what the gateway decides by. */
import { z } from "zod";
import { type Claim, components, labels } from "../../crds/labels.ts";
import { poolConfigMap } from "../../crds/names.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";

const terminated = z.object({ reason: z.string().optional(), exitCode: z.number().optional() });
const containerStatus = z.object({
  name: z.string(),
  state: z
    .object({
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
      terminated: terminated.optional(),
      running: z.object({ startedAt: z.string().optional() }).optional(),
    })
    .optional(),
});
const owner = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  controller: z.boolean().optional(),
});
const raw = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()),
    ownerReferences: z.array(owner).optional(),
  }),
  spec: z.object({ nodeName: z.string().optional() }).optional(),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .optional(),
      containerStatuses: z.array(containerStatus).optional(),
      initContainerStatuses: z.array(containerStatus).optional(),
    })
    .optional(),
});

export interface EnvironmentPod {
  namespace: string;
  name: string;
  uid: string;
  createdAtMs: number;
  /** When its supervisor was started, once the kubelet has told; a pod may have waited long for a node or an image. */
  startedAtMs: number | undefined;
  shape: string;
  claim: Claim;
  /** Name of the Revision, once it is known. */
  revision: string | undefined;
  /** It is kept initialised, traffic or not. */
  isProvisioned: boolean;
  /** A node has it: its process may have run. */
  scheduled: boolean;
  phase: "starting" | "running" | "leaving" | "ended";
  /** What keeps it from starting, or ended it. */
  trouble: PodTrouble | undefined;
}

export interface PodTrouble {
  kind: "unschedulable" | "image" | "configuration" | "outOfMemory" | "evicted" | "failed";
  message: string;
}

export function parsePod(object: KubeObject): EnvironmentPod | Error {
  const parsed = raw.safeParse(object);
  if (!parsed.success) return parsed.error;
  const { metadata, spec, status } = parsed.data;
  const shape = metadata.labels[labels.shape];
  const claim = metadata.labels[labels.claim];
  if (metadata.labels[labels.component] !== components.environment || shape === undefined)
    return new Error(`pod ${metadata.namespace}/${metadata.name} is no environment of ours`);
  if (claim !== "pool" && claim !== "claimed" && claim !== "dedicated")
    return new Error(`label ${labels.claim} is ${claim}; pool, claimed or dedicated are known`);
  if (!(metadata.ownerReferences ?? []).some(isOwnerOfOurs))
    return new Error(
      `pod ${metadata.namespace}/${metadata.name} has the labels of an environment and no owner`,
    );
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    createdAtMs: Date.parse(metadata.creationTimestamp),
    startedAtMs: startedAtMs(status),
    shape,
    claim,
    revision: metadata.labels[labels.revision],
    isProvisioned: metadata.labels[labels.provisioned] === "true",
    scheduled: spec?.nodeName !== undefined,
    phase: phaseOf(status?.phase, metadata.deletionTimestamp !== undefined),
    trouble: troubleOf(status),
  };
}

/** Pool pods are the namespace's ConfigMap's, all others their Revision's. Labels alone may come from a copied manifest. */
function isOwnerOfOurs({ apiVersion, kind, name, controller }: z.infer<typeof owner>): boolean {
  if (controller !== true) return false;
  if (apiVersion === "v1") return kind === resources.configMaps.kind && name === poolConfigMap;
  return apiVersion.startsWith(`${resources.revisions.group}/`) && kind === resources.revisions.kind;
}

function startedAtMs(status: Status): number | undefined {
  const [started] = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.running?.startedAt ?? []);
  return started === undefined ? undefined : Date.parse(started);
}

function phaseOf(phase: string | undefined, deleted: boolean): EnvironmentPod["phase"] {
  if (phase === "Succeeded" || phase === "Failed") return "ended";
  if (deleted) return "leaving";
  return phase === "Running" ? "running" : "starting";
}

/** Reasons a kubelet gives for an image that will not come. */
const imageReasons = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];
/** A Secret or ConfigMap that its environment names is missing, or a key of it. */
const configurationReason = "CreateContainerConfigError";
const failedReasons = ["CreateContainerError", "RunContainerError"];

type Status = z.infer<typeof raw>["status"];

function troubleOf(status: Status): PodTrouble | undefined {
  if (status === undefined) return undefined;
  if (status.reason === "Evicted") return { kind: "evicted", message: status.message ?? "evicted" };
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const { waiting, terminated: ended } = container.state ?? {};
    const said = waiting?.message ?? waiting?.reason ?? "";
    if (imageReasons.includes(waiting?.reason ?? "")) return { kind: "image", message: said };
    if (waiting?.reason === configurationReason) return { kind: "configuration", message: said };
    if (failedReasons.includes(waiting?.reason ?? "")) return { kind: "failed", message: said };
    if (ended?.reason === "OOMKilled")
      return { kind: "outOfMemory", message: "the kernel killed it: out of memory" };
    if (ended !== undefined && ended.exitCode !== 0)
      return {
        kind: "failed",
        message: `container ${container.name} ended with exit code ${ended.exitCode}`,
      };
  }
  const scheduled = status.conditions?.find((one) => one.type === "PodScheduled" && one.status === "False");
  if (scheduled?.reason === "Unschedulable")
    return { kind: "unschedulable", message: scheduled.message ?? "no node can take the pod" };
  return status.phase === "Failed"
    ? { kind: "failed", message: status.message ?? "the pod failed" }
    : undefined;
}
