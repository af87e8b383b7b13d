/** What a Revision's status should say of its environments, from what they showed. Pure. */
import { type Condition, conditionOf, conditionTypes, withCondition } from "../../crds/conditions.ts";
import type { LastInitError } from "../../crds/function/status.ts";
import type { RevisionStatus } from "../../crds/revision/schema.ts";
import type { StartFailure } from "../placer/attempt.ts";

export interface InitFailure {
  errorType: string;
  errorMessage: string;
  logTail: string | undefined;
}

/** The newest of each kind; absent: nothing new. */
export interface Findings {
  init?: { ok: true } | { ok: false; failure: InitFailure };
  pods?: { ok: true } | { ok: false; failure: StartFailure };
}

const messageLengthMax = 4096;
const logTailLengthMax = 8192;

const reasons: Record<StartFailure["kind"], string> = {
  quota: "QuotaExceeded",
  admission: "PodRefused",
  unschedulable: "Unschedulable",
  image: "ImageUnavailable",
  configuration: "PodMisconfigured",
  code: "CodeUnavailable",
  slow: "StartTimedOut",
  deleted: "PodDeleted",
  crashed: "EnvironmentCrashed",
  unavailable: "ClusterUnavailable",
};

/**
 * The whole intent of this writer, or undefined when the status says it already. Success is written only over a failure, or
 * as the first word: a healthy function costs one write.
 */
export function planStatus(
  status: RevisionStatus,
  findings: Findings,
  generation: number,
  now: string,
): RevisionStatus | undefined {
  let conditions: Condition[] = status.conditions.filter(
    ({ type }) => type === conditionTypes.Invocable || type === conditionTypes.Schedulable,
  );
  let { lastInitError } = status;
  let changed = false;
  const set = (next: Omit<Condition, "lastTransitionTime" | "observedGeneration">) => {
    const before = conditions.find(({ type }) => type === next.type);
    const same =
      before?.status === next.status && before.reason === next.reason && before.message === next.message;
    if (same) return;
    conditions = withCondition(conditions, { ...next, observedGeneration: generation }, now);
    changed = true;
  };
  const { init, pods } = findings;
  if (init?.ok === true && conditionOf(conditions, conditionTypes.Invocable)?.status !== "True")
    set(holds(conditionTypes.Invocable, "Initialised", "Environments initialise."));
  if (init?.ok === false) {
    const before = lastInitError;
    lastInitError = readInitError(init.failure, now);
    const told = `${lastInitError.errorType}: ${lastInitError.errorMessage}`;
    set(fails(conditionTypes.Invocable, "InitFailed", told));
    if (before?.errorMessage !== lastInitError.errorMessage) changed = true;
  }
  if (pods?.ok === true && conditionOf(conditions, conditionTypes.Schedulable)?.status === "False")
    set(holds(conditionTypes.Schedulable, "Started", "Pods of environments start."));
  if (pods?.ok === false)
    set(fails(conditionTypes.Schedulable, reasons[pods.failure.kind], pods.failure.message));
  if (!changed) return undefined;
  return { conditions, ...(lastInitError === undefined ? {} : { lastInitError }) };
}

type Told = Omit<Condition, "lastTransitionTime" | "observedGeneration">;

function holds(type: string, reason: string, message: string): Told {
  return { type, status: "True", reason, message };
}

function fails(type: string, reason: string, message: string): Told {
  return { type, status: "False", reason, message: message.slice(0, messageLengthMax) };
}

function readInitError({ errorType, errorMessage, logTail }: InitFailure, time: string): LastInitError {
  return {
    errorType: errorType.slice(0, 256),
    errorMessage: errorMessage.slice(0, messageLengthMax),
    ...(logTail === undefined ? {} : { logTail: logTail.slice(-logTailLengthMax) }),
    time,
  };
}
