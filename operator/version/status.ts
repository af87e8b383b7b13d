/** `Version.status`, purely: Lambda's states and reasons, and Kubernetes conditions that say the same. */

import { type Condition, conditionOf, conditionTypes, withCondition } from "../../crds/conditions.ts";
import type { StateReasonCode } from "../../crds/function/status.ts";
import { canonicalHash } from "../../crds/hash.ts";
import { accountIdOf, functionArn } from "../../crds/names.ts";
import type { RevisionObject, RevisionSpec } from "../../crds/revision/schema.ts";
import { type VersionStatus, versionAliasesMax } from "../../crds/version/schema.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { revisionIdOf } from "../function/revisionid.ts";
import { withoutAbsent } from "../plan.ts";
import type { VersionObserved } from "./observed.ts";

export type Progress =
  /** Something has to come first. */
  | { progress: "waiting"; reasonCode: StateReasonCode; message: string }
  | { progress: "refused"; reasonCode: StateReasonCode; message: string }
  /** `revision` while it is known; `name` where it is being written. */
  | { progress: "published"; spec: RevisionSpec; revision: RevisionObject; name?: never }
  | { progress: "published"; spec: RevisionSpec; name: string; revision?: never }
  /** To be deleted, and still needed. */
  | { progress: "held"; spec: RevisionSpec; revision: RevisionObject }
  /** Its Revision was removed by hand: what it ran is not known any more. */
  | { progress: "lost" };

export function statusOf(observed: VersionObserved, progress: Progress, settings: Settings): VersionStatus {
  const { version } = observed;
  const now = instantOf(observed.nowMs);
  const status = {
    observedGeneration: version.metadata.generation,
    ...bodyOf(observed, progress, settings, now),
    aliases: observed.aliases.length === 0 ? undefined : observed.aliases.slice(0, versionAliasesMax),
    provisionedConcurrency: observed.provisioned,
    provisionedConcurrencyScaling: observed.scaling,
    conditions: conditionsOf(observed, progress, now),
  };
  return withoutAbsent<VersionStatus>(status);
}

function bodyOf(
  { version }: VersionObserved,
  progress: Progress,
  settings: Settings,
  now: string,
): Partial<VersionStatus> {
  switch (progress.progress) {
    case "waiting":
      return { state: "Pending", stateReason: progress.message, stateReasonCode: progress.reasonCode };
    case "refused":
      return { state: "Failed", stateReason: progress.message, stateReasonCode: progress.reasonCode };
    case "lost": {
      const {
        version: number,
        functionArn: arn,
        revision,
        codeSha256,
        codeSize,
        revisionId,
      } = version.status;
      const kept = { version: number, functionArn: arn, revision, codeSha256, codeSize, revisionId };
      return {
        ...kept,
        lastModified: version.status.lastModified,
        state: "Failed",
        stateReason: lostSentence,
        stateReasonCode: "InternalError",
      };
    }
    case "published":
    case "held": {
      const { spec, revision } = progress;
      const { functionVersion: qualifier, functionName, code } = spec;
      const accountId = accountIdOf(version.metadata.namespace, settings.account.ids);
      return {
        version: qualifier,
        functionArn: functionArn({ region: settings.account.region, accountId, functionName, qualifier }),
        revision: revision?.metadata.name ?? (progress.progress === "published" ? progress.name : undefined),
        state: "Active",
        codeSha256: code?.codeSha256,
        codeSize: code?.codeSize,
        revisionId: revisionIdOf([version.metadata.uid, canonicalHash(version.spec)]),
        lastModified: version.status.lastModified ?? now,
        lastInitError: revision?.status.lastInitError,
      };
    }
  }
}

const lostSentence =
  "Its Revision was removed by hand, and with it what this version runs: delete this Version and publish another.";

function conditionsOf({ version, aliases }: VersionObserved, progress: Progress, now: string): Condition[] {
  const observedGeneration = version.metadata.generation;
  const set = (next: Pick<Condition, "status" | "reason" | "message">) =>
    withCondition(
      version.status.conditions.filter((one) => one.type === conditionTypes.Ready),
      { type: conditionTypes.Ready, observedGeneration, ...next },
      now,
    );
  switch (progress.progress) {
    case "waiting":
    case "refused":
      return set({ status: "False", reason: progress.reasonCode, message: progress.message });
    case "lost":
      return set({ status: "False", reason: "RevisionGone", message: lostSentence });
    case "published": {
      const message = `Version ${progress.spec.functionVersion} can be invoked.`;
      return [
        ...shownBy(progress.revision, observedGeneration),
        ...set({ status: "True", reason: "Published", message }),
      ];
    }
    case "held": {
      const message = `It is to be deleted, and stays while ${aliasesSentence(aliases)} it.`;
      return [
        ...shownBy(progress.revision, observedGeneration),
        ...set({ status: "True", reason: "InUse", message }),
      ];
    }
  }
}

/** What its environments showed; their generation is the Revision's, and another count. */
function shownBy(revision: RevisionObject | undefined, observedGeneration: number): Condition[] {
  const { Invocable, Schedulable } = conditionTypes;
  return [Invocable, Schedulable].flatMap((type) => {
    const shown = revision === undefined ? undefined : conditionOf(revision.status.conditions, type);
    return shown === undefined ? [] : [{ ...shown, observedGeneration }];
  });
}

function aliasesSentence(aliases: readonly string[]): string {
  const named = aliases.slice(0, 5).join(", ");
  return aliases.length === 1 ? `alias ${named} points to` : `aliases ${named} point to`;
}
