/** Why a Version cannot be published now, as a chain of questions, purely; undefined when it can. */
import type { VersionObserved } from "./observed.ts";
import { fullSentence } from "./record.ts";
import type { Progress } from "./status.ts";

type Refusal = Extract<Progress, { progress: "waiting" | "refused" }>;

export function refusalOf(observed: VersionObserved): Refusal | undefined {
  return (
    functionMissing(observed) ??
    updateUnderWay(observed) ??
    preconditionFailed(observed) ??
    recordFull(observed)
  );
}

function recordFull({ record }: VersionObserved): Refusal | undefined {
  if (record.isFull !== true) return undefined;
  return { progress: "waiting", reasonCode: "InternalError", message: fullSentence };
}

function functionMissing({ version, function: of }: VersionObserved): Refusal | undefined {
  if (of !== undefined && of.metadata.deletionTimestamp === undefined) return undefined;
  const { functionName } = version.spec;
  const message = `There is no function ${functionName}, which spec.functionName names: it is published as soon as there is.`;
  return { progress: "waiting", reasonCode: "FunctionNotFound", message };
}

/** What is published is what a person wrote, so it waits until that serves; a failed update is no version. */
function updateUnderWay({ function: of }: VersionObserved): Refusal | undefined {
  if (of === undefined) return undefined;
  const { observedGeneration, lastUpdateStatus, lastUpdateStatusReason } = of.status;
  const name = of.metadata.name;
  if (observedGeneration === of.metadata.generation && lastUpdateStatus === "Failed") {
    const message = `The last change of Function ${name} failed, and is published as soon as it is mended: ${lastUpdateStatusReason ?? ""}`;
    return { progress: "waiting", reasonCode: "InvalidConfiguration", message };
  }
  if (observedGeneration === of.metadata.generation && lastUpdateStatus === "Successful") return undefined;
  const message = `The last change of Function ${name} is under way, and is published when it serves.`;
  return { progress: "waiting", reasonCode: "Creating", message };
}

/** Not final: whoever applies a Function and its Version together may have the second judged first. */
function preconditionFailed({ version, function: of }: VersionObserved): Refusal | undefined {
  const { codeSha256, revisionId } = version.spec;
  const status = of?.status;
  const reasonCode = "PreconditionFailed";
  if (codeSha256 !== undefined && codeSha256 !== status?.codeSha256) {
    const message = `spec.codeSha256 is ${codeSha256}, but the function's code has ${status?.codeSha256 ?? "none"}. To publish that, make a Version without spec.codeSha256.`;
    return { progress: "refused", reasonCode, message };
  }
  if (revisionId !== undefined && revisionId !== status?.revisionId) {
    const message = `spec.revisionId is ${revisionId}, but the function's is ${status?.revisionId ?? "none"}: it changed since. To publish it as it is, make a Version without spec.revisionId.`;
    return { progress: "refused", reasonCode, message };
  }
  return undefined;
}
