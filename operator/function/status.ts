/** `Function.status`, purely: Lambda's states and reasons, and Kubernetes conditions that say the same. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { FunctionStatus } from "../../crds/function/status.ts";
import { accountIdOf, functionArn, functionNameOf, urlId } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { withoutAbsent } from "../plan.ts";
import { conditionsOf } from "./conditions.ts";
import type { Observed } from "./observed.ts";
import { isRetried, type Progress } from "./progress.ts";
import { revisionIdOf } from "./revisionid.ts";
import { urlOf } from "./url.ts";

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
