/** Which Events a change of a LayerVersion's status is worth, purely. */
import type { LayerVersionStatus } from "../../crds/layerversion/schema.ts";
import type { Story } from "../events/story.ts";

export function storyOf(before: LayerVersionStatus, now: LayerVersionStatus): Story[] {
  const action = "Publish";
  if (now.version !== undefined) {
    return [{ type: "Normal", reason: "Published", action, note: `It is ${now.layerVersionArn}.` }];
  }
  if (now.state !== "Failed" || now.stateReasonCode === before.stateReasonCode) return [];
  const note = now.stateReason ?? "";
  return [{ type: "Warning", reason: now.stateReasonCode ?? "Failed", action, note }];
}
