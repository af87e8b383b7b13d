/** Which pods are gateways, and where: read from their labels and status. */
import { z } from "zod";
import { labels } from "../../crds/labels.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";

const raw = z.object({
  metadata: z.object({
    name: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
  status: z.object({ podIP: z.string().optional(), phase: z.string().optional() }).optional(),
});

export interface GatewayPod {
  name: string;
  /** Undefined before it has one, and after its processes have ended. */
  host: string | undefined;
  isLeaving: boolean;
}

/** Of the release's own namespace. */
export const gatewaySelector = `${labels.component}=gateway`;

export function parseGatewayPod(object: KubeObject): GatewayPod | Error {
  const parsed = raw.safeParse(object);
  if (!parsed.success) return parsed.error;
  const { metadata, status } = parsed.data;
  if (metadata.labels?.[labels.component] !== "gateway") return new Error(`${metadata.name} is no gateway`);
  const isOver = status?.phase === "Failed" || status?.phase === "Succeeded";
  return {
    name: metadata.name,
    host: isOver ? undefined : status?.podIP,
    isLeaving: metadata.deletionTimestamp !== undefined,
  };
}
