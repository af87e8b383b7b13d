/** `Function.status`, purely: Lambda's states and reasons, and Kubernetes conditions that say the same. */

import { type Condition, conditionOf, conditionTypes, withCondition } from "../../crds/conditions.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { FunctionStatus } from "../../crds/function/status.ts";
import { accountIdOf, functionArn, functionNameOf, urlId } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { sourceOf } from "../code/source.ts";
import { withoutAbsent } from "../plan.ts";
import type { Observed } from "./observed.ts";
import type { Problem } from "./problem.ts";
import { revisionIdOf } from "./revisionid.ts";
import { urlOf } from "./url.ts";

export type Progress =
  | { progress: "working" }
  | { progress: "serving"; revision: string; codeSha256?: string; codeSize?: number }
  | { progress: "failed"; problem: Problem; codeAtFault: boolean };

/** `published`: the version number that is being given with this. */
export function statusOf(
  observed: Observed,
  progress: Progress,
  published: number | undefined,
  settings: Settings,
): FunctionStatus {
  const { function: of, serving, reservation } = observed;
  const now = instantOf(observed.nowMs);
  const { generation } = of.metadata;
  const good = progress.progress === "serving" ? progress.revision : serving?.metadata.name;
  const changed = good !== of.status.revision;
  return withoutAbsent<FunctionStatus>({
    observedGeneration: generation,
    ...identity(of, settings),
    ...(isRetried(of, progress) ? failureOf(of.status) : stateAndUpdateOf(progress, good !== undefined)),
    revision: good,
    latestVersion: latestVersionOf(observed, published),
    reservedConcurrency: reservation.granted,
    ...codeOf(progress, serving),
    codeGeneration: progress.progress === "serving" ? codeGeneration(of, changed) : of.status.codeGeneration,
    revisionId: revisionIdOf([of.metadata.uid, generation, good ?? null]),
    lastModified: changed || of.status.lastModified === undefined ? now : of.status.lastModified,
    conditions: conditionsOf(observed, progress, now),
    // What environments said of the Revision that serves; a new one starts without a past.
    lastInitError: changed ? undefined : serving?.status.lastInitError,
  });
}

/** The highest ever heard of; none before the first. */
function latestVersionOf({ function: of, record }: Observed, published = 0): number | undefined {
  const highest = Math.max(of.status.latestVersion ?? 0, record.last.number, published);
  return highest === 0 ? undefined : highest;
}

function identity(of: FunctionObject, settings: Settings) {
  const functionName = functionNameOf(of);
  const { namespace } = of.metadata;
  const { region, ids } = settings.account;
  const arn = functionArn({ region, accountId: accountIdOf(namespace, ids), functionName });
  if (of.spec.url === undefined) return { functionName, functionArn: arn };
  const id = urlId({ seed: settings.urls.seed, namespace, functionName });
  return { functionName, functionArn: arn, urlId: id, url: urlOf(id, settings) };
}

/** What failed stays failed while it is tried again: it would be Pending and Failed by turns, and whoever waits for either would be misled. */
function isRetried(of: FunctionObject, progress: Progress): boolean {
  const { observedGeneration, lastUpdateStatus } = of.status;
  return (
    progress.progress === "working" &&
    lastUpdateStatus === "Failed" &&
    observedGeneration === of.metadata.generation
  );
}

const failureOf = (before: FunctionStatus): State & Update => ({
  state: before.state,
  stateReason: before.stateReason,
  stateReasonCode: before.stateReasonCode,
  lastUpdateStatus: before.lastUpdateStatus,
  lastUpdateStatusReason: before.lastUpdateStatusReason,
  lastUpdateStatusReasonCode: before.lastUpdateStatusReasonCode,
});

const stateAndUpdateOf = (progress: Progress, hasGood: boolean) => ({
  ...stateOf(progress, hasGood),
  ...updateOf(progress, hasGood),
});

type State = Pick<FunctionStatus, "state" | "stateReason" | "stateReasonCode">;

function stateOf(progress: Progress, hasGood: boolean): State {
  if (hasGood) return { state: "Active" };
  if (progress.progress === "failed") {
    const { reasonCode, message } = progress.problem;
    return { state: "Failed", stateReason: message, stateReasonCode: reasonCode };
  }
  return { state: "Pending", stateReason: "The function is being created.", stateReasonCode: "Creating" };
}

type Update = Pick<
  FunctionStatus,
  "lastUpdateStatus" | "lastUpdateStatusReason" | "lastUpdateStatusReasonCode"
>;

function updateOf(progress: Progress, hasGood: boolean): Update {
  switch (progress.progress) {
    case "serving":
      return { lastUpdateStatus: "Successful" };
    case "working":
      return {
        lastUpdateStatus: "InProgress",
        lastUpdateStatusReason: hasGood ? "The function is being updated." : "The function is being created.",
        lastUpdateStatusReasonCode: "Creating",
      };
    case "failed":
      return {
        lastUpdateStatus: "Failed",
        lastUpdateStatusReason: progress.problem.message,
        lastUpdateStatusReasonCode: progress.problem.reasonCode,
      };
  }
}

function codeOf(progress: Progress, serving: RevisionObject | undefined) {
  if (progress.progress === "serving")
    return { codeSha256: progress.codeSha256, codeSize: progress.codeSize };
  return { codeSha256: serving?.spec.code?.codeSha256, codeSize: serving?.spec.code?.codeSize };
}

function codeGeneration(of: FunctionObject, changed: boolean): number {
  return changed ? of.metadata.generation : (of.status.codeGeneration ?? of.metadata.generation);
}

const ours: ReadonlySet<string> = new Set([
  conditionTypes.Ready,
  conditionTypes.CodeReady,
  conditionTypes.Reserved,
]);

/** Ready, CodeReady and Reserved are ours; Invocable and Schedulable are what the serving Revision's environments showed. */
function conditionsOf(
  { function: of, serving, reservation }: Observed,
  progress: Progress,
  now: string,
): Condition[] {
  const { generation } = of.metadata;
  let conditions = of.status.conditions.filter(({ type }) => ours.has(type));
  const set = (next: Omit<Condition, "lastTransitionTime">) => {
    conditions = withCondition(conditions, { ...next, observedGeneration: generation }, now);
  };
  const isImage = sourceOf(of.spec.code)?.from === "image";
  const { Ready, CodeReady, Reserved } = conditionTypes;
  const { granted, problem } = reservation;
  if (problem !== undefined)
    set({ type: Reserved, status: "False", reason: "UnreservedBelowMinimum", message: problem });
  else if (granted !== undefined)
    set({
      type: Reserved,
      status: "True",
      reason: "Reserved",
      message: `${granted} of its invocations may run at once.`,
    });
  else conditions = conditions.filter(({ type }) => type !== Reserved);
  switch (progress.progress) {
    case "serving":
      set({
        type: CodeReady,
        status: "True",
        reason: isImage ? "ImageNamed" : "Stored",
        message: codeSentence(isImage),
      });
      set({
        type: Ready,
        status: "True",
        reason: "Serving",
        message: `Revision ${progress.revision} serves $LATEST.`,
      });
      break;
    case "working":
      if (isRetried(of, progress)) break;
      set({
        type: Ready,
        status: "Unknown",
        reason: "Creating",
        message: "The code is being fetched and checked.",
      });
      break;
    case "failed": {
      const { reasonCode: reason, message } = progress.problem;
      const kept = serving === undefined ? "" : ` Revision ${serving.metadata.name} goes on serving.`;
      if (progress.codeAtFault) set({ type: CodeReady, status: "False", reason, message });
      set({ type: Ready, status: "False", reason, message: `${message}${kept}` });
      break;
    }
  }
  const good = progress.progress !== "serving" || serving?.metadata.name === progress.revision;
  for (const type of good ? [conditionTypes.Invocable, conditionTypes.Schedulable] : []) {
    const shown = serving === undefined ? undefined : conditionOf(serving.status.conditions, type);
    // It was said of the Revision, whose generation is another count: kubectl wait takes a lower number for stale.
    if (shown === undefined) continue;
    const told = { ...shown, observedGeneration: generation };
    conditions = [...conditions.filter((one) => one.type !== type), told];
  }
  return conditions.toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

function codeSentence(isImage: boolean): string {
  return isImage ? "The image's environments pull it." : "The code was fetched, checked and stored.";
}
