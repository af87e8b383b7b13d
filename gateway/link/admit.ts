/** Whether a hello with good credentials is let in: the pod must be one of ours, and a token counts once and early. */
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { PodIdentity } from "./identity.ts";
import { linkLimits } from "./limits.ts";

export interface Knock {
  identity: PodIdentity;
  credential: "token" | "ticket";
  /** What the pod watch knows under the identity's namespace and name. */
  pod: EnvironmentPod | undefined;
  /** A token of this pod was accepted before, for another key. */
  tokenUsed: boolean;
  gatewayStartedAtMs: number;
  nowMs: number;
}

export type Admission =
  | { admit: true; pod: EnvironmentPod }
  | { admit: false; reason: string; message: string };

/**
 * A token of a pod older than this gateway is refused: whether it was used before, only the gateway before this one knew.
 * Such a pod leaves, and is replaced.
 */
export function decideAdmission(knock: Knock): Admission {
  const { identity, pod, nowMs } = knock;
  const refuse = (reason: string, message: string): Admission => ({ admit: false, reason, message });
  if (pod === undefined || pod.uid !== identity.uid)
    return refuse(
      "UnknownPod",
      `no environment pod ${identity.namespace}/${identity.name} with this uid is known`,
    );
  if (pod.phase === "ended") return refuse("PodEnded", "the pod has ended");
  if (knock.credential === "ticket") return { admit: true, pod };
  if (knock.tokenUsed) return refuse("TokenUsed", "a token of this pod was used before, with another key");
  // Told late, and in a moment: it dials again, and counts from its start then, however long it waited for a node or its image.
  if (nowMs - (pod.startedAtMs ?? pod.createdAtMs) > linkLimits.tokenAgeMsMax)
    return refuse("TokenLate", `the pod was started more than ${linkLimits.tokenAgeMsMax / 1000} s ago`);
  if (pod.createdAtMs < knock.gatewayStartedAtMs - linkLimits.clockSkewMs)
    return refuse("PodOlderThanGateway", "the pod is older than this gateway and holds no ticket");
  return { admit: true, pod };
}
