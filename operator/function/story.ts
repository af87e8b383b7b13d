/** Which Events a change of status is worth, purely. */
import { type Condition, conditionOf, conditionTypes } from "../../crds/conditions.ts";
import type { FunctionStatus } from "../../crds/function/status.ts";
import type { Story } from "../events/story.ts";
import type { Observed } from "./observed.ts";

export function storyOf({ function: of, serving }: Observed, now: FunctionStatus): Story[] {
  const before = of.status;
  const stories: Story[] = [];
  const action = before.revision === undefined ? "Create" : "Update";
  const begun = now.lastUpdateStatus === "InProgress" && before.lastUpdateStatus !== "InProgress";
  if (begun)
    stories.push({ type: "Normal", reason: "FetchingCode", action, note: now.lastUpdateStatusReason ?? "" });
  if (now.revision !== undefined && now.revision !== before.revision) {
    if (now.codeSha256 !== undefined && now.codeSha256 !== serving?.spec.code?.codeSha256) {
      const note = `The code was fetched, checked and stored: ${now.codeSize} bytes, CodeSha256 ${now.codeSha256}.`;
      stories.push({ type: "Normal", reason: "CodeStored", action, note });
    }
    const note = `Revision ${now.revision} serves $LATEST.`;
    stories.push({
      type: "Normal",
      reason: before.revision === undefined ? "Active" : "Updated",
      action,
      note,
    });
  }
  const failedAnew =
    now.lastUpdateStatus === "Failed" &&
    (before.lastUpdateStatus !== "Failed" || before.lastUpdateStatusReason !== now.lastUpdateStatusReason);
  if (failedAnew) {
    const kept = now.revision === undefined ? "" : ` Revision ${now.revision} goes on serving.`;
    stories.push({
      type: "Warning",
      reason: now.lastUpdateStatusReasonCode ?? "Failed",
      action,
      note: `${now.lastUpdateStatusReason ?? ""}${kept}`,
    });
  }
  return [...stories, ...environmentStories(before.conditions, now.conditions)];
}

/** Environments that stop or start being had, or being initialised. */
function environmentStories(before: readonly Condition[], now: readonly Condition[]): Story[] {
  return [conditionTypes.Invocable, conditionTypes.Schedulable, conditionTypes.Reserved].flatMap(
    (type): Story[] => {
      const [was, is] = [conditionOf(before, type), conditionOf(now, type)];
      if (is === undefined || (was?.status === is.status && was.message === is.message)) return [];
      if (is.status === "False") {
        return [{ type: "Warning", reason: is.reason, action: "Run", note: is.message }];
      }
      return was?.status === "False"
        ? [{ type: "Normal", reason: is.reason, action: "Run", note: is.message }]
        : [];
    },
  );
}
