/** What the fleet asks of Kubernetes and of the other gateways; none of it is waited for. */
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { Desk } from "../shard/desk.ts";
import type { ClientMessage, PlacerMessage } from "../shard/event.ts";
import type { PodStart } from "../start/create.ts";

/** The way to the other gateways. A message to one that is gone is lost, as it would be on the way. */
export interface PeersOut {
  toPlacer(shard: number, peer: string, message: ClientMessage): void;
  toClient(shard: number, peer: string, message: PlacerMessage): void;
}

export interface FleetHands {
  desk: Desk;
  peers: PeersOut;
  create(start: PodStart): void;
  /** The start this pod was made for, if it is one of ours under way. */
  claimStart(podKey: string): PodStart | undefined;
  /** Its labels and owner are due: it is now this revision's. */
  adopt(pod: EnvironmentPod, revisionKey: string): void;
  /** It was told to leave; see to it that its pod goes. */
  dismissed(pod: EnvironmentPod): void;
}
