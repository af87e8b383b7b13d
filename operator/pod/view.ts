/** What the operator needs to know of an environment's pod. */
import { z } from "zod";
import { annotations, claims, labels } from "../../crds/labels.ts";

const state = z.object({
  waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional(),
  terminated: z
    .object({
      reason: z.string().default(""),
      message: z.string().default(""),
      exitCode: z.number().default(0),
      finishedAt: z.string().nullish(),
    })
    .optional(),
});

const containers = z.array(z.object({ name: z.string(), state: state.prefault({}) })).default([]);

export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    creationTimestamp: z.string().default(""),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  status: z
    .object({
      phase: z.enum(["Pending", "Running", "Succeeded", "Failed", "Unknown"]).default("Pending"),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(""),
            message: z.string().default(""),
            lastTransitionTime: z.string().nullish(),
          }),
        )
        .default([]),
      initContainerStatuses: containers,
      containerStatuses: containers,
    })
    .prefault({}),
});

export type PodView = z.output<typeof podSchema>;

export function claimOf(pod: PodView): string | undefined {
  return pod.metadata.labels[labels.claim];
}

/** One of those kept initialised, as many as a Version or Alias asks for. */
export function isProvisioned({ metadata }: PodView): boolean {
  return metadata.labels[labels.provisioned] === "true";
}

/** How the INIT of a provisioned one ended, one of `initialized`: undefined until it has. */
export function markOf({ metadata }: PodView): string | undefined {
  return metadata.annotations[annotations.initialized];
}

/** Claimed from a pool or made for a request: neither waiting in a pool nor provisioned. */
export function isForRequest(pod: PodView): boolean {
  const claim = claimOf(pod);
  return claim !== undefined && claim !== claims.pool && !isProvisioned(pod);
}

export function shapeOfPod(pod: PodView): string | undefined {
  return pod.metadata.labels[labels.shape];
}

export function isOver(pod: PodView): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

export function revisionOf(pod: PodView): string | undefined {
  return pod.metadata.labels[labels.revision];
}

/** When a node took it; undefined while none has. */
export function scheduledMs(pod: PodView): number | undefined {
  const taken = pod.status.conditions.find(
    ({ type, status }) => type === "PodScheduled" && status === "True",
  );
  return Date.parse(taken?.lastTransitionTime ?? "") || undefined;
}

/** When its container ended. */
export function endedMs(pod: PodView): number | undefined {
  const ends = pod.status.containerStatuses.flatMap(
    (one) => Date.parse(one.state.terminated?.finishedAt ?? "") || [],
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}
