/** An environment as this gateway holds it: its link while it has one, and what runs in it. */
import type { Callable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { Flight } from "../invoke/flight.ts";
import type { Link } from "../link/link.ts";
import type { ColdStart } from "../start/phases.ts";

export interface Held {
  id: string;
  pod: EnvironmentPod;
  /** Undefined while it is away. */
  link: Link | undefined;
  callable: Callable | undefined;
  flight: Flight | undefined;
  /** An answer to the present request was begun: it ran, and may not be sent elsewhere. */
  begun: boolean;
  /** Past this the flight counts as stuck; monotonic. */
  dueAtMs: number;
  /** The assignment is still on its way and invocations follow it; false when it could not be delivered. Never rejects. */
  assigning: Promise<boolean> | undefined;
  /** From the pool, and its labels and owner are still to be written. */
  unadopted: boolean;
  /** When the pod was asked for, if this gateway did; monotonic. */
  createdAtMs: number | undefined;
  /** Marks of its cold start, until the first byte of its first answer. */
  cold: ColdStart | undefined;
  cancelLoss: (() => void) | undefined;
}
