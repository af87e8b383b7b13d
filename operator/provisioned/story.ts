/** The Events that a change of provisioned concurrency is worth, purely: a step of target tracking, and what came of what was asked. */
import type { VersionStatus } from "../../crds/version/schema.ts";
import type { Story } from "../events/story.ts";

type Scaled = Pick<VersionStatus, "provisionedConcurrency" | "provisionedConcurrencyScaling">;

export function provisionedStories(before: Scaled, now: Scaled): Story[] {
  return [...scalingStory(before, now), ...allocationStory(before, now)];
}

function scalingStory(
  { provisionedConcurrencyScaling: before }: Scaled,
  { provisionedConcurrencyScaling: now }: Scaled,
): Story[] {
  if (before === undefined || now === undefined || before.desired === now.desired) return [];
  const note = `Provisioned concurrency ${now.message ?? `${before.desired} → ${now.desired}`}.`;
  return [{ type: "Normal", reason: "ProvisionedConcurrencyScaled", action: "Scale", note }];
}

/** Nothing while environments come up; no counts in what failed, so that the same reason counts up and tells nothing new. */
function allocationStory(
  { provisionedConcurrency: before }: Scaled,
  { provisionedConcurrency: now }: Scaled,
): Story[] {
  const action = "Provision";
  switch (now?.status) {
    case "READY": {
      if (before?.status === "READY" && before.requested === now.requested) return [];
      const note = `Provisioned concurrency: ${now.available} of ${now.requested} environments are initialised.`;
      return [{ type: "Normal", reason: "ProvisionedConcurrencyReady", action, note }];
    }
    case "FAILED": {
      if (before?.status === "FAILED" && before.statusReason === now.statusReason) return [];
      const note = `Provisioned concurrency: ${now.statusReason ?? "it failed"}`;
      return [{ type: "Warning", reason: "ProvisionedConcurrencyFailed", action, note }];
    }
    default:
      return [];
  }
}
