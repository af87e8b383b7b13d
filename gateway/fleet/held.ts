/** An environment as this gateway holds it: its link while it has one, and what was sent there. */
import type { Callable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { Flight } from "../invoke/flight.ts";
import type { Link } from "../link/link.ts";
import type { Granted } from "../shard/event.ts";
import type { PodStart } from "../start/create.ts";
import type { Delivery } from "../start/deliver.ts";
import type { ColdStart } from "../start/phases.ts";
import type { Wanted } from "./requests.ts";

/** A request that was sent, or is about to be behind its assignment. */
export interface Launched {
  flight: Flight;
  wanted: Wanted;
  granted: Granted;
  /**
   * follows: its assignment is on its way, and nothing of it was sent. begun: an answer was begun, so it ran, and may not be sent
   * elsewhere.
   */
  state: "follows" | "sent" | "begun";
  /** Past this it counts as stuck; monotonic. */
  dueAtMs: number;
}

export interface Held {
  id: string;
  pod: EnvironmentPod;
  /** Undefined while it is away. */
  link: Link | undefined;
  callable: Callable | undefined;
  /** By request: another gateway may have been granted it again before the end of ours has come here. */
  launched: Map<string, Launched>;
  /** The assignment that is still on its way over this link; invocations follow it. */
  delivery: Delivery | undefined;
  /** It has said so, and starts nothing any more. */
  leaving: boolean;
  /** From the pool, and its labels and owner are still to be written. */
  unadopted: boolean;
  retireAtMs: number;
  /** When the pod was asked for, if this gateway did; monotonic. */
  createdAtMs: number | undefined;
  /** What it was started for, until it stands. */
  start: PodStart | undefined;
  /** Marks of its cold start, until the first byte of its first answer. */
  cold: ColdStart | undefined;
  cancelLoss: (() => void) | undefined;
}
