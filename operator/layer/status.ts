/** `LayerVersion.status`, purely. */

import { conditionTypes, withCondition } from "../../crds/conditions.ts";
import type { LayerVersionStatus } from "../../crds/layerversion/schema.ts";
import { accountIdOf, layerVersionArn } from "../../crds/names.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { StoredCode } from "../code/acquire.ts";
import type { Problem } from "../function/problem.ts";
import { withoutAbsent } from "../plan.ts";
import type { LayerObserved } from "./observed.ts";

export type Progress =
  | { progress: "working" }
  | { progress: "failed"; problem: Problem }
  | { progress: "published"; number: number; content: StoredCode };

export function statusOf(
  { layer, nowMs }: LayerObserved,
  progress: Progress,
  settings: Settings,
): LayerVersionStatus {
  const { metadata, spec } = layer;
  const now = instantOf(nowMs);
  const observedGeneration = metadata.generation;
  const ready = { type: conditionTypes.Ready, observedGeneration, ...readiness(progress) };
  const status = {
    observedGeneration,
    ...bodyOf(progress),
    ...(progress.progress === "published"
      ? {
          layerVersionArn: arnOf(spec.layerName, progress.number, metadata.namespace, settings),
          createdDate: now,
        }
      : {}),
    conditions: withCondition(layer.status.conditions, ready, now),
  };
  return withoutAbsent<LayerVersionStatus>(status);
}

function bodyOf(progress: Progress): Partial<LayerVersionStatus> {
  switch (progress.progress) {
    case "working":
      return { state: "Pending", stateReason: fetching, stateReasonCode: "Creating" };
    case "failed": {
      const { message, reasonCode } = progress.problem;
      return { state: "Failed", stateReason: message, stateReasonCode: reasonCode };
    }
    case "published":
      return { state: "Active", version: String(progress.number), ...progress.content };
  }
}

const fetching = "The layer's content is being fetched and checked.";

function readiness(progress: Progress): { status: "True" | "False"; reason: string; message: string } {
  switch (progress.progress) {
    case "working":
      return { status: "False", reason: "Creating", message: fetching };
    case "failed":
      return { status: "False", reason: progress.problem.reasonCode, message: progress.problem.message };
    case "published":
      return { status: "True", reason: "Published", message: "Functions can name it in spec.layers." };
  }
}

function arnOf(layerName: string, number: number, namespace: string, { account }: Settings): string {
  const accountId = accountIdOf(namespace, account.ids);
  return layerVersionArn({ region: account.region, accountId, layerName, version: String(number) });
}
