/** What the fleet asks of the Kubernetes side; none of it is waited for. */
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { PodStart } from "../start/create.ts";

export interface FleetHands {
  create(start: PodStart): void;
  /** The start this pod was made for, if it is one of ours under way. */
  claimStart(podKey: string): PodStart | undefined;
  /** Its labels and owner are due: it is now this revision's. */
  adopt(pod: EnvironmentPod, revisionKey: string): void;
  /** It was told to leave; see to it that its pod goes. */
  dismissed(pod: EnvironmentPod): void;
}
