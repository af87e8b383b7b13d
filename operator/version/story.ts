/** Which Events a change of a Version's status is worth, purely. */
import { conditionOf, conditionTypes } from "../../crds/conditions.ts";
import type { VersionStatus } from "../../crds/version/schema.ts";
import type { Story } from "../events/story.ts";

export function storyOf(before: VersionStatus, now: VersionStatus): Story[] {
  const action = "Publish";
  if (now.version !== undefined && before.version === undefined) {
    const note = `Version ${now.version} was published; Revision ${now.revision} runs under it for ever.`;
    return [{ type: "Normal", reason: "Published", action, note }];
  }
  const ready = conditionOf(now.conditions, conditionTypes.Ready);
  const was = conditionOf(before.conditions, conditionTypes.Ready);
  if (ready === undefined || was?.reason === ready.reason) return [];
  if (ready.reason === "InUse")
    return [{ type: "Warning", reason: ready.reason, action: "Delete", note: ready.message }];
  const isNews = ready.status === "False" && ready.reason !== "Creating";
  return isNews ? [{ type: "Warning", reason: ready.reason, action, note: ready.message }] : [];
}
