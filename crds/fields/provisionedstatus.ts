/** How far provisioned concurrency has come, in Lambda's words. */
import { z } from "zod";
import { choice, instant, integer, object, text } from "./field.ts";

const count = (description: string) => integer(description, 0, 100_000);

export const provisionedStatus = object("How far provisioned concurrency has come.", {
  status: choice("Whether all that was asked for is there.", ["IN_PROGRESS", "READY", "FAILED"]),
  statusReason: text("Why it failed.", 4096).optional(),
  requested: count("Environments asked for."),
  available: count("Environments that can take an invocation now or are running one."),
  allocated: count("Environments that are there."),
});

const environments = (description: string) => z.number().min(0).max(100_000).describe(description);

export const provisionedScalingStatus = object("How far target tracking has come.", {
  desired: count("Environments to keep now, within the bounds of the spec and its schedules."),
  low: object("Use is low: when it has been for scaleInCooldown, there will be fewer.", {
    since: instant("Since when."),
    inUseMax: environments("The highest use since then."),
  }).optional(),
  lastScaleOutTime: instant("When there last became more.").optional(),
  message: text("Why the last step was made.", 1024).optional(),
});

/** What gateways tell of a Revision's provisioned environments. */
export const provisionedUse = object("Use of its provisioned environments, over the last seconds.", {
  environments: count("Those that can take an invocation or are running one."),
  utilizationPercent: integer("Share of them in use on average.", 0, 100),
});
