/** Who counts what happens: the fleet tells, metrics listen. Called on the invoke path: must be cheap. */
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { Callable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { StartFailure } from "../placer/attempt.ts";
import type { Refusal } from "../placer/state.ts";
import type { StartPhase, StartWay } from "../start/phases.ts";

/** `callable`: as the request has it, with the alias it came by; of an environment, what that runs. */
export interface FleetObserver {
  ended(callable: Callable, end: HeadOf<ToGateway, "end">, pod: EnvironmentPod): void;
  /** Its environment was lost: an invocation and an error, without a report. */
  lost(callable: Callable): void;
  refused(callable: Callable, refusal: Refusal): void;
  initialized(callable: Callable, report: HeadOf<ToGateway, "initialized">, pod: EnvironmentPod): void;
  /** The first byte of a cold start has come; each phase in ms. */
  coldStarted(way: StartWay, phases: Record<StartPhase, number>): void;
  startFailed(revisionKey: string, failure: StartFailure): void;
  /** A pod made for this revision dialled home. */
  started(revisionKey: string): void;
}
