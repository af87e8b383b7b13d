/** The Event that a step of target tracking is worth, purely. */
import type { VersionStatus } from "../../crds/version/schema.ts";
import type { Story } from "../events/story.ts";

type Scaled = Pick<VersionStatus, "provisionedConcurrencyScaling">;

export function scalingStory(
  { provisionedConcurrencyScaling: before }: Scaled,
  { provisionedConcurrencyScaling: now }: Scaled,
): Story[] {
  if (before === undefined || now === undefined || before.desired === now.desired) return [];
  const note = `Provisioned concurrency ${now.message ?? `${before.desired} → ${now.desired}`}.`;
  return [{ type: "Normal", reason: "ProvisionedConcurrencyScaled", action: "Scale", note }];
}
